"""The trials of a study in memory. To read them from a database takes a millisecond for each open one."""

import time
from collections.abc import Container

import optuna
from optuna.trial import FrozenTrial

from search.optimizer.trials.optuna_storage import has_trial

SHARE_OF_READING = 0.1
"""The most of a search's time that it spends on reading what others have done to its study."""


class TrialCache:
    """The trials of a study as they were last read, and as this process has changed them since.

    Args:
        study: Optuna's.
    """

    def __init__(self, study: optuna.Study) -> None:
        self._study = study
        self._trials: list[FrozenTrial] | None = None
        self._next_refresh = -float("inf")  # on the monotonic clock

    def trials(self) -> list[FrozenTrial]:
        """Every trial by number; not copies, and a list that is not changed afterwards."""
        if self._trials is None:
            self._trials = self._study.get_trials(deepcopy=False)
        return self._trials

    def invalidate(self) -> None:
        """Read all trials anew when they are next asked for."""
        self._trials = None

    def refresh_if_due(self) -> None:
        """Read all anew, unless that was done a moment ago."""
        now = time.monotonic()
        if now >= self._next_refresh:
            self.invalidate()
            self.trials()
            self._next_refresh = now + (time.monotonic() - now) / SHARE_OF_READING

    def put(self, trial: FrozenTrial) -> None:
        """Take in a trial as this process has changed it."""
        if self._trials is None:
            return
        if trial.number > len(self._trials):  # Another process has added trials meanwhile.
            self.invalidate()
            return
        # A new list: what was read before stays as it was for whoever holds it.
        self._trials = [*self._trials[: trial.number], trial, *self._trials[trial.number + 1 :]]

    def put_begun(self, trial: FrozenTrial, *, open_here: Container[int]) -> None:
        """Take in a trial that was begun here. Read all anew if another process may have changed one.

        Args:
            trial: The last that this process has begun.
            open_here: Numbers of all trials that this process has open.
        """
        if self._is_alone_with(trial.number, open_here):
            self.put(trial)
        else:
            self.invalidate()

    def _is_alone_with(self, number: int, open_here: Container[int]) -> bool:
        """Whether all that was open is this process's, and nothing else is new."""
        if self._trials is None or number > len(self._trials):
            return False
        if any(not other.state.is_finished() and other.number not in open_here for other in self._trials):
            return False
        return not has_trial(self._study, max(len(self._trials), number + 1))

"""Totals over the trials of a study, kept up to date. A step reads only the trials that have changed.

So a step of a long search takes no longer than one of a short search. When the study is read anew, a trial that has
changed is a new object, and a trial that has not is the same object as before.
"""

from collections import Counter
from collections.abc import Container, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import is_not

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.arrays import FloatArray
from search.optimizer.networks.caps import Caps
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import cost_of, function_key_of, has_cost, log_losses
from search.optimizer.trials.status import TrialStatus, counts, is_interrupted, is_paused, is_stopped, is_training
from search.optimizer.trials.stored_cost import StoredCost


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one trial adds to the totals.

    Attributes:
        key: The function key of its network; once it has one, it stays.
        counts: Whether it is one of the `--trials`.
        status: QUEUED, TRAINING or PAUSED, or STOPPED where it may be trained further under the caps; None for others.
        resumes: Number of the trial that it resumes.
        losses: Log loss by rung.
    """

    key: str | None = None
    counts: bool = False
    status: TrialStatus | None = None
    resumes: int | None = None
    losses: Mapping[int, float] = field(default_factory=dict)


_NOTHING = _Facts()


class History:
    """Totals over the trials of a study; see the module.

    Args:
        caps: What a network may cost that is to be trained further.

    Attributes:
        trained: How many trials count, as `status.counts` says.
        queued: Numbers of those whose network is known and that nobody trains yet.
        training: Numbers of those that somebody trains now.
        paused: Numbers of those that wait at a rung, open.
        costs: Cost by number; NaN where there is none yet.
    """

    def __init__(self, *, caps: Caps) -> None:
        self._caps = caps
        self._read: Sequence[FrozenTrial] = []
        self._seen: list[FrozenTrial | None] = []
        self._facts: list[_Facts] = []
        self._of_key: dict[str, list[int]] = {}
        self._stopped: set[int] = set()
        self._resumed: Counter[int] = Counter()
        self._losses: dict[int, list[float]] = {}
        self.trained = 0
        self.queued: set[int] = set()
        self.training: set[int] = set()
        self.paused: set[int] = set()
        self.costs: list[float] = []

    def read(self, trials: Sequence[FrozenTrial]) -> "History":
        """Take in what is new.

        Args:
            trials: All of the study, by number; a list that is not changed afterwards.
        """
        if trials is self._read:
            return self
        for number in range(len(self._seen), len(trials)):
            self._append(number)
        changed = list(compress(range(len(trials)), map(is_not, self._seen, trials)))
        for number in changed:
            self._replace(number, trials[number])
        self._read = trials
        return self

    @property
    def keys(self) -> KeysView[str]:
        """Function keys of all networks that any trial described."""
        return self._of_key.keys()

    def twin(self, number: int, key: str) -> int | None:
        """The first other trial that counts and whose network has the same function key."""
        others = (other for other in self._of_key.get(key, []) if other != number and self._facts[other].counts)
        return min(others, default=None)

    def waiting(self, open_here: Container[int]) -> list[int]:
        """Numbers of trials that may be trained further: paused by this process, or stopped in an earlier search.

        Those of an earlier search may be outside the caps of this one.

        Args:
            open_here: Numbers of the trials that this process has open.
        """
        paused = [number for number in sorted(self.paused) if number in open_here]
        return [*paused, *(number for number in sorted(self._stopped) if not self._resumed[number])]

    def losses(self) -> FloatArray:
        """Log losses, shape (n_trials, n_rungs), lowest rung first; NaN where a trial has none."""
        columns = [self._losses[rung] for rung in sorted(self._losses)]
        return np.array(columns, dtype=float).reshape(len(columns), len(self._seen)).T

    def _append(self, number: int) -> None:
        self._seen.append(None)  # Nothing is identical to it: it is read next.
        self._facts.append(_NOTHING)
        for column in (self.costs, *self._losses.values()):
            column.append(np.nan)

    def _replace(self, number: int, trial: FrozenTrial) -> None:
        before, now = self._facts[number], self._facts_of(trial)
        if now.key is not None and before.key is None:
            self._of_key.setdefault(now.key, []).append(number)
        self._seen[number], self._facts[number] = trial, now
        self.trained += now.counts - before.counts
        self._move(number, before.status, now.status)
        if before.resumes is not None:
            self._resumed[before.resumes] -= 1
        if now.resumes is not None:
            self._resumed[now.resumes] += 1
        self._measure(number, trial, before.losses, now.losses)

    def _facts_of(self, trial: FrozenTrial) -> _Facts:
        resumes = None if is_interrupted(trial) else trial.user_attrs.get(attr.RESUMES)
        return _Facts(function_key_of(trial), counts(trial), self._status_of(trial), resumes, log_losses(trial))

    def _status_of(self, trial: FrozenTrial) -> TrialStatus | None:
        if trial.state == TrialState.WAITING:
            return TrialStatus.QUEUED
        if is_paused(trial):
            return TrialStatus.PAUSED
        if is_training(trial):
            return TrialStatus.TRAINING
        return TrialStatus.STOPPED if is_stopped(trial) and self._caps.allow(StoredCost(trial)) else None

    def _move(self, number: int, before: TrialStatus | None, now: TrialStatus | None) -> None:
        numbers = {
            TrialStatus.QUEUED: self.queued,
            TrialStatus.PAUSED: self.paused,
            TrialStatus.TRAINING: self.training,
            TrialStatus.STOPPED: self._stopped,
        }
        if before is not None:
            numbers[before].discard(number)
        if now is not None:
            numbers[now].add(number)

    def _measure(self, number: int, trial: FrozenTrial, before: Mapping[int, float], now: Mapping[int, float]) -> None:
        if has_cost(trial):
            self.costs[number] = cost_of(trial)
        for rung in {*before, *now}:
            column = self._losses.setdefault(rung, [np.nan] * len(self._seen))
            column[number] = now.get(rung, np.nan)

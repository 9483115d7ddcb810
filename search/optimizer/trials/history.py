"""What the trials of a study add up to: read once each, so that a step of a long search costs what one of a short does.

A trial that has changed, here or in another process, is another object when the study is read anew; that tells it from
those that are known already.
"""

from collections import Counter
from collections.abc import Container, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import is_not

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.networks.caps import Caps, Spent
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import (
    costs_of,
    counts,
    is_interrupted,
    is_paused,
    is_stopped,
    is_training,
    log_losses,
)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one trial tells.

    Attributes:
        key: Of its network; once it has one, it stays.
        counts: Whether it is one of the `--trials`.
        place: The set of `History` that it is in, if any.
        resumes: Number of the trial that it takes up.
        losses: Log loss by rung.
    """

    key: str | None = None
    counts: bool = False
    place: str | None = None
    resumes: int | None = None
    losses: Mapping[int, float] = field(default_factory=dict)


_NOTHING = _Facts()


class History:
    """See the module.

    Args:
        caps: What a network may cost that is to be trained further.

    Attributes:
        trained: How many trials count, as `trials.counts` says.
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
        self._taken_up: Counter[int] = Counter()
        self._losses: dict[int, list[float]] = {}
        self.trained = 0
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
        """Of all networks that any trial described."""
        return self._of_key.keys()

    def twin(self, number: int, key: str) -> int | None:
        """The first other trial that counts and has the same network."""
        others = (other for other in self._of_key.get(key, []) if other != number and self._facts[other].counts)
        return min(others, default=None)

    def waiting(self, mine: Container[int]) -> list[int]:
        """Numbers of trials that may be trained further: paused by this process, or stopped in an earlier search.

        Those of an earlier search may be outside the caps of this one.

        Args:
            mine: Numbers of the trials that this process has open.
        """
        paused = [number for number in sorted(self.paused) if number in mine]
        return [*paused, *(number for number in sorted(self._stopped) if not self._taken_up[number])]

    def losses(self) -> np.ndarray:
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
        self._move(number, before.place, now.place)
        if before.resumes is not None:
            self._taken_up[before.resumes] -= 1
        if now.resumes is not None:
            self._taken_up[now.resumes] += 1
        self._measure(number, trial, before.losses, now.losses)

    def _facts_of(self, trial: FrozenTrial) -> _Facts:
        resumes = None if is_interrupted(trial) else trial.user_attrs.get(attr.RESUMES)
        return _Facts(trial.user_attrs.get(attr.KEY), counts(trial), self._place_of(trial), resumes, log_losses(trial))

    def _place_of(self, trial: FrozenTrial) -> str | None:
        if is_paused(trial):
            return "paused"
        if is_training(trial):
            return "training"
        return "stopped" if is_stopped(trial) and self._caps.allow(_spent(trial)) else None

    def _move(self, number: int, before: str | None, now: str | None) -> None:
        places = {"paused": self.paused, "training": self.training, "stopped": self._stopped}
        if before is not None:
            places[before].discard(number)
        if now is not None:
            places[now].add(number)

    def _measure(self, number: int, trial: FrozenTrial, before: Mapping[int, float], now: Mapping[int, float]) -> None:
        if attr.MACS in trial.user_attrs:
            self.costs[number] = float(costs_of([trial])[0])
        for rung in {*before, *now}:
            column = self._losses.setdefault(rung, [np.nan] * len(self._seen))
            column[number] = now.get(rung, np.nan)


def _spent(trial: FrozenTrial) -> Spent:
    return Spent(2 * trial.user_attrs[attr.MACS], trial.user_attrs[attr.PARAMETERS])

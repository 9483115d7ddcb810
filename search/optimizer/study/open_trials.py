"""The trials that a process has open: handed out to be trained, or paused at a rung."""

import time
from collections.abc import Iterator, Sequence

import optuna
from optuna.trial import FrozenTrial

from search.optimizer.networks.problem import Problem
from search.optimizer.trials import attributes as attr
from search.optimizer.trials import transitions
from search.optimizer.trials.cache import TrialCache
from search.optimizer.trials.records import cost_of, last_rung
from spaces.network import Network


class OpenTrials:
    """Holds the open trials, and writes what happens to each between its beginning and its end.

    Args:
        study: Optuna's.
        cache: Of its trials.
        problem: What is searched.
    """

    def __init__(self, study: optuna.Study, cache: TrialCache, problem: Problem) -> None:
        self._study, self._cache, self._problem = study, cache, problem
        self._trials: dict[int, tuple[optuna.Trial, Network | None]] = {}
        self._failed: list[int] = []  # numbers of those that failed since one had a result

    def __contains__(self, number: object) -> bool:
        return number in self._trials

    def __iter__(self) -> Iterator[int]:
        return iter(self._trials)

    def __len__(self) -> int:
        return len(self._trials)

    def add(self, trial: optuna.Trial, architecture: Network | None = None) -> None:
        """A trial is open from now on; its architecture may follow by another call."""
        self._trials[trial.number] = (trial, architecture)

    def remove(self, number: int) -> None:
        """A trial has ended."""
        del self._trials[number]

    def trial(self, number: int) -> optuna.Trial:
        """Optuna's trial, to write to."""
        return self._trials[number][0]

    def architecture(self, number: int) -> Network:
        """The network of a trial that was handed out."""
        architecture = self._trials[number][1]
        assert architecture is not None, f"trial {number} has no network yet"
        return architecture

    def record_epoch(self, number: int, epoch: Sequence[float]) -> None:
        """Store what was measured after an epoch: the columns of `attributes.EPOCHS` but for the last."""
        trial = self.trial(number)
        trial.set_user_attr(attr.EPOCHS, [*trial.user_attrs.get(attr.EPOCHS, []), [*epoch, time.time()]])
        self._cache.refresh_trial(trial)

    def record_rung(self, number: int, *, accuracy: float, seconds: float) -> None:
        """The trial has reached the rung it was trained up to: it is complete there, or waits.

        Args:
            number: Of the trial.
            accuracy: On the validation images, 0 to 1.
            seconds: Of this training.
        """
        trial, ladder, objective = self.trial(number), self._problem.ladder, self._problem.objective
        self._failed.clear()
        milestone = trial.user_attrs[attr.MILESTONE]
        epochs = trial.user_attrs.get(attr.EPOCHS, [])
        accuracies = {epoch[0]: epoch[1] for epoch in epochs if epoch[0] in ladder.rungs}
        trial.set_user_attr(attr.SECONDS, trial.user_attrs.get(attr.SECONDS, 0.0) + seconds)
        is_top = milestone == ladder.top
        if is_top:  # Stored first: whatever of the rest is missing when a process is killed follows from it.
            result = (accuracy, objective.value_per_cost * cost_of(self.stored(number)))
            trial.set_user_attr(attr.RESULT, result)
        transitions.pause(trial, accuracies | {milestone: accuracy})
        self._cache.refresh_trial(trial)
        if is_top:
            self.remove(number)
            transitions.complete(self._study, self.stored(number))
            self._cache.refresh_trial(trial)

    def fail(self, number: int, reason: str) -> None:
        """The trial has no result and is not tried again."""
        trial = self.trial(number)
        self.remove(number)
        self._failed.append(number)
        transitions.fail(self._study, trial, reason)
        self._cache.refresh_trial(trial)

    def failed_in_a_row(self) -> list[FrozenTrial]:
        """Trials that have failed since one had a result."""
        return [self.stored(number) for number in self._failed]

    def interrupt(self, number: int, reason: str, *, died: bool = False) -> None:
        """The training was cut short. A trial that had reached a rung waits there; another does not count, and its
        network is queued again.

        Args:
            number: Of the trial.
            reason: Why, for a person.
            died: Whether its worker died, for which its network may be the cause.
        """
        trial = self.trial(number)
        if died:
            trial.set_user_attr(attr.DEATHS, trial.user_attrs.get(attr.DEATHS, 0) + 1)
        if attr.RUNGS in trial.user_attrs:
            transitions.return_to_rung(trial, last_rung(self.stored(number)))
            self._cache.refresh_trial(trial)
        else:
            self.remove(number)
            transitions.abandon(self._study, self.stored(number), reason)
            self._cache.invalidate()

    def stop(self, number: int) -> None:
        """A paused trial ends at its rung."""
        self.remove(number)
        transitions.stop_at_rung(self._study, self.stored(number))

    def close(self, reason: str) -> None:
        """End all: what has reached a rung is stopped there, the rest interrupted."""
        for number in list(self._trials):
            self.interrupt(number, reason)
        for number in list(self._trials):
            self.stop(number)
        self._cache.invalidate()

    def stored(self, number: int) -> FrozenTrial:
        """A trial as it was last read."""
        return self._cache.trials()[number]

"""The trials that a process has open: handed out to be trained, or paused at a rung."""

import time
from collections.abc import Iterator, Sequence

import optuna
from optuna.trial import FrozenTrial

from search.optimizer.networks.problem import Problem
from search.optimizer.trials import attributes as attr
from search.optimizer.trials import transitions
from search.optimizer.trials.cache import TrialCache
from search.optimizer.trials.optuna_storage import current
from search.optimizer.trials.records import cost_of, last_rung
from search.optimizer.trials.write_batch import written_together
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
        epochs = self.stored(number).user_attrs.get(attr.EPOCHS, [])
        trial.set_user_attr(attr.EPOCHS, [*epochs, [*epoch, time.time()]])
        self._cache.put(current(trial))

    def record_rung(self, number: int, *, accuracy: float, seconds: float) -> None:
        """The trial has reached the rung it was trained up to: it is complete there, or waits.

        Args:
            number: Of the trial.
            accuracy: On the validation images, 0 to 1.
            seconds: Of this training.
        """
        trial, attributes, ladder = self.trial(number), self.stored(number).user_attrs, self._problem.ladder
        self._failed.clear()
        milestone = attributes[attr.MILESTONE]
        accuracies = {epoch[0]: epoch[1] for epoch in attributes.get(attr.EPOCHS, []) if epoch[0] in ladder.rungs}
        rungs = {str(rung): at_rung for rung, at_rung in (accuracies | {milestone: accuracy}).items()}
        is_top = milestone == ladder.top
        with written_together(trial):
            trial.set_user_attr(attr.SECONDS, attributes.get(attr.SECONDS, 0.0) + seconds)
            if is_top:  # Stored first: whatever of the rest is missing when a process is killed follows from it.
                cost = self._problem.objective.value_per_cost * cost_of(self.stored(number))
                trial.set_user_attr(attr.RESULT, [accuracy, cost])
            transitions.pause(trial, rungs | attributes.get(attr.RUNGS, {}))
        self._cache.put(current(trial))
        if is_top:
            self.remove(number)
            self._cache.put(transitions.complete(self._study, self.stored(number)))

    def fail(self, number: int, reason: str) -> None:
        """The trial has no result and is not tried again."""
        trial = self.trial(number)
        self.remove(number)
        self._failed.append(number)
        self._cache.put(transitions.fail(self._study, trial, reason))

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
        trial, attributes = self.trial(number), self.stored(number).user_attrs
        if died:
            trial.set_user_attr(attr.DEATHS, attributes.get(attr.DEATHS, 0) + 1)
        if attr.RUNGS in attributes:
            transitions.return_to_rung(trial, last_rung(self.stored(number)))
            self._cache.put(current(trial))
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

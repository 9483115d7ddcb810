"""Too few images to tell networks apart: said before a search trains, and where its networks stay at chance."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.chance import Chance
from search.optimizer.sampler.initial_design import N_STARTUP_TRIALS
from search.optimizer.trials.promotion import accuracies_at
from search.quantities import counted, listed
from search.running.rung_words import rung_words
from search.running.search_task import SearchTask
from search.training.datasets import Dataset
from spaces.validation import place

SPREAD = 0.1
"""Standard deviation of the accuracies of random networks on small data sets: see `tests.benchmarks.few_images`."""

FEWEST_TRAINING, FEWEST_VALIDATION = 5, 2
"""Images of a class that are almost none, if there are fewer."""

MOST_CLASSES = 5
"""Classes that are named."""


def too_few_images(dataset: Dataset) -> list[str]:
    """Why results on these images will mostly be luck, and what to do: sentences, none where there are enough."""
    return [*_too_few_for_validation(len(dataset.validation_images)), *_classes_with_almost_none(dataset)]


def _too_few_for_validation(images: int) -> Iterator[str]:
    if (error := 0.5 / math.sqrt(images)) >= SPREAD:
        enough = math.ceil((0.5 / (SPREAD / 2)) ** 2)
        yield (
            f"Too few images: with {images} for validation, one standard error of an accuracy is up to "
            f"{100 * error:.0f} percentage points, and networks differ by about {100 * SPREAD:.0f}. Which is better "
            f"will mostly be luck. Add images until {enough} or more are for validation, or put more into val/."
        )


def _classes_with_almost_none(dataset: Dataset) -> Iterator[str]:
    train, validation = (
        np.bincount(labels, minlength=dataset.classes) for labels in (dataset.train_labels, dataset.validation_labels)
    )
    few = np.flatnonzero((train < FEWEST_TRAINING) | (validation < FEWEST_VALIDATION))
    if few.size:
        named = [f"{place(dataset.class_names[one])} ({train[one]} and {validation[one]})" for one in few]
        yield (
            f"Too few images of some classes, for training and for validation: {listed(named, most=MOST_CLASSES)}. "
            f"Networks can't learn these. {'Raise --train-limit, add' if dataset.is_limited else 'Add'} images of "
            f"them until there are {FEWEST_TRAINING} and {FEWEST_VALIDATION} or more, or leave the classes out."
        )


class ChanceLog:
    """Tells of each rung below the top when it is at chance, once, and again when it no longer is.

    Args:
        task: What is searched.
    """

    def __init__(self, task: SearchTask) -> None:
        self._task = task
        self._at_chance: set[int] = set()
        self._told_too_few = False

    def news(self, trials: Sequence[FrozenTrial]) -> list[str]:
        """What has changed since the last call: sentences.

        Args:
            trials: Of the study.
        """
        chance, ladder = self._task.problem.chance, self._task.problem.ladder
        if chance is None:
            return []
        by_rung = {rung: accuracies_at(rung, trials) for rung in ladder.rungs}
        at_chance = {rung for rung in ladder.rungs[:-1] if chance.explains(by_rung[rung])}
        changed = [
            self._change(rung, by_rung[rung], chance, is_at_chance=rung in at_chance)
            for rung in sorted(at_chance ^ self._at_chance)
        ]
        self._at_chance = at_chance
        return [*changed, *self._too_few(by_rung[ladder.rungs[0]], chance)]

    def _change(self, rung: int, accuracies: Sequence[float], chance: Chance, *, is_at_chance: bool) -> str:
        above = int(chance.is_exceeded(accuracies).sum())
        limit = f"with more than {100 * chance.highest:.0f} %" if chance.highest < 1 else "which takes more than 100 %"
        figures = (
            f"{above} of {counted(len(accuracies), 'network')} {'is' if above == 1 else 'are'} above chance after "
            f"{self._rung(rung)}, {limit}"
        )
        return f"{figures}: none is stopped there." if is_at_chance else f"{figures}: the others may be stopped there."

    def _too_few(self, accuracies: Sequence[float], chance: Chance) -> Iterator[str]:
        if self._told_too_few or len(accuracies) < N_STARTUP_TRIALS:
            return
        self._told_too_few = True  # Asked once, of the first networks.
        if not chance.is_exceeded(accuracies).any():
            yield (
                f"Too few images, or too short a training: none of the first {len(accuracies)} networks is above "
                f"chance after {self._rung(self._task.problem.ladder.rungs[0])}. If it stays so, add images, train for "
                "more --epochs, or leave classes out."
            )

    def _rung(self, rung: int) -> str:
        return rung_words((rung,), self._task.steps_per_epoch)

"""Rungs: numbers of epochs at which a training is judged, and what may be judged there.

Trials pause at a rung. One that is non-dominated there, compared with trials that cost no more and had as many epochs,
is never stopped. Such a trial waits until it is trained further, at the latest when no new trial is begun any more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from search.optimizer.arrays import BoolArray, FloatArray

MIN_EPOCHS, MIN_STEPS = 9, 600
"""The least that a full training has by default, in epochs and in steps.

After a third of so many steps most networks are above chance, and are ranked much as at the end; after a ninth they are
not: see "Rungs on few images" in `tests/benchmarks/README.md`.
"""


@dataclass(frozen=True)
class Ladder:
    """The rungs of a study.

    Attributes:
        rungs: Numbers of epochs, fewest first; the last is a full training.
        resumes: Whether a training goes on from its last rung, so that the next costs the difference alone; otherwise
            each rung is a training of its own.
    """

    rungs: tuple[int, ...]
    resumes: bool = True

    def __post_init__(self) -> None:
        if not self.rungs or self.rungs[0] < 1 or list(self.rungs) != sorted(set(self.rungs)):
            raise ValueError(f"rungs are numbers of epochs, from 1 on, fewest first; got {self.rungs}.")

    @property
    def top(self) -> int:
        """Epochs of a full training."""
        return self.rungs[-1]

    def after(self, epochs: int) -> int:
        """The rung above one; above 0, the lowest."""
        return next(rung for rung in self.rungs if rung > epochs)

    def between(self, resume_from: int, milestone: int) -> tuple[int, ...]:
        """The rungs that a training passes on its way."""
        return tuple(rung for rung in self.rungs if resume_from < rung <= milestone)

    def epochs_to_train(self, resume_from: int, milestone: int) -> int:
        """Epochs that it takes to come from one rung to another, rung by rung."""
        return milestone - resume_from if self.resumes else sum(self.between(resume_from, milestone))


def default_rungs(steps_per_epoch: int) -> tuple[int, ...]:
    """Rungs of a training of `MIN_EPOCHS`, or of more where these are fewer than `MIN_STEPS`.

    On so few images networks are not judged after a ninth of it.
    """
    epochs = -(-MIN_STEPS // steps_per_epoch)
    return rungs_of(MIN_EPOCHS) if epochs <= MIN_EPOCHS else rungs_of(epochs)[1:]


def rungs_of(epochs: int) -> tuple[int, ...]:
    """A ninth, a third and the whole of a full training, where these are different numbers of epochs."""
    return tuple(sorted({max(1, round(epochs / 9)), max(1, round(epochs / 3)), epochs}))


def non_dominated_within_noise(losses: ArrayLike, costs: ArrayLike, *, noise: float | FloatArray) -> BoolArray:
    """Which results of one rung are non-dominated there, within the noise of the measurements.

    A result counts as non-dominated unless another that costs no more is better by more than the noise.

    Args:
        losses: Of shape (n,), logarithms of losses, measured at one rung.
        costs: Of shape (n,), multiply-adds.
        noise: Standard deviation of the log losses, 0 or more; one for all, or an array of shape (n,).
    Returns:
        Boolean array of shape (n,).
    """
    at_rung = np.asarray(losses, dtype=float)
    best = _lowest_loss_at_no_higher_cost(at_rung, np.asarray(costs, dtype=float))
    return np.asarray(at_rung - noise <= best)


def distance_to_front(losses: FloatArray, costs: FloatArray) -> FloatArray:
    """How far each result of one rung is behind the best of those that cost no more; 0 on the front.

    Args:
        losses, costs: Arrays of shape (n,), as in `non_dominated_within_noise`.
    Returns:
        Array of shape (n,), 0 or more.
    """
    return losses - _lowest_loss_at_no_higher_cost(losses, costs)


def _lowest_loss_at_no_higher_cost(losses: FloatArray, costs: FloatArray) -> FloatArray:
    """For each result, the lowest loss of those that cost no more, its own included: shape (n,)."""
    order = np.lexsort((losses, costs))
    best = np.minimum.accumulate(losses[order])
    # Equal costs compare with each other whichever comes first.
    last_of_cost = np.searchsorted(costs[order], costs, side="right") - 1
    return best[last_of_cost]

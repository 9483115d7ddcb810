"""Guessing: which accuracies could be chance, and at which rungs nearly all of them are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from search.optimizer.arrays import BoolArray

STANDARD_ERRORS = 2
"""A result is above chance if it exceeds what guessing gives by more than this."""

FEWEST_RESULTS = 5
"""Results that a rung must have before anything is said of it."""

MOST_ABOVE = 0.2
"""Share of the results of a rung that may be above chance where the rung is at chance."""


@dataclass(frozen=True)
class Chance:
    """What guessing gives on the validation images.

    Attributes:
        accuracy: Of always naming the largest class, 0 to 1.
        images: Validation images.
    """

    accuracy: float
    images: int

    @classmethod
    def of(cls, class_sizes: Sequence[int]) -> "Chance":
        """Of validation images with so many of each class."""
        return cls(max(class_sizes) / sum(class_sizes), sum(class_sizes))

    @property
    def highest(self) -> float:
        """The highest accuracy that could be chance: that of guessing and `STANDARD_ERRORS` of a binomial share."""
        deviation = math.sqrt(self.accuracy * (1 - self.accuracy) / self.images)
        return self.accuracy + STANDARD_ERRORS * deviation

    def is_exceeded(self, accuracies: ArrayLike) -> BoolArray:
        """Which accuracies, of shape (n,), are above chance."""
        return np.asarray(accuracies, dtype=float) > self.highest

    def explains(self, accuracies: ArrayLike) -> bool:
        """Whether a rung with these accuracies, of shape (n,), is at chance: nearly all of them could be guesses."""
        above = self.is_exceeded(accuracies)
        return above.size >= FEWEST_RESULTS and bool(above.mean() <= MOST_ABOVE)

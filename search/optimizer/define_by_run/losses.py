"""Losses from whatever an objective measures: an accuracy, an error, a reward of any sign and size.

The sampler models the logarithm of a loss that is above 0 and about 1 at worst. So a measured value, to be minimised,
is placed between an ideal, whose loss is 0, and a nadir, whose loss is 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

REACH = 5.0
"""How far ideal and nadir may be from the best value, in multiples of the distance from there to the median.

A nearer ideal weighs differences of good values more, and is wrong where a value can become better than it.
"""


@dataclass(frozen=True)
class LossScale:
    """From values to losses. The same values give the same losses, whatever the sign they are measured in.

    Attributes:
        ideal: The value of loss 0.
        nadir: The value of loss 1; a trial without a result counts as much.
    """

    ideal: float = 0.0
    nadir: float = 1.0

    @classmethod
    def of(cls, values: Sequence[float]) -> "LossScale":
        """The scale that follows from values, to be minimised.

        A value that is never below 0 has 0 as its ideal, as an error has. One that is never below -1 has -1, as a
        negated accuracy has. Either holds within `REACH` only: else the ideal is there.

        Args:
            values: All that was measured; those that are not finite are left out.
        """
        finite = np.array([value for value in values if np.isfinite(value)])
        if len(finite) == 0:
            return cls()
        best, median, worst = float(finite.min()), float(np.median(finite)), float(finite.max())
        spread = next((width for width in (median - best, worst - best, abs(best)) if width > 0), 1.0)
        bound = 0.0 if best >= 0 else -1.0 if best >= -1 else -np.inf
        nadir = min(worst, best + REACH * spread) if worst > best else best + spread
        return cls(max(bound, best - REACH * spread), nadir)

    def loss(self, value: float) -> float:
        """The loss of a value to be minimised; 1 where it is not finite."""
        return float((value - self.ideal) / (self.nadir - self.ideal)) if np.isfinite(value) else 1.0

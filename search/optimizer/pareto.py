"""Fronts and hypervolumes of losses and costs: pure array functions.

Everything here is minimised: a loss is 1 - accuracy (or 100 - percent), a cost is multiply-adds.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from search.optimizer.arrays import FloatArray, IntArray

CLEARLY_ABOVE_CHANCE = 0.05
"""Share of the way from chance to perfect at which a network is worth taking: 14.5 % of ten classes."""

WORTH_TAKING = 0.5
"""The same, of the way from chance to the best network."""

TIE = 1e-9
"""Gains that differ by less are equal."""


@dataclass(frozen=True)
class Bounds:
    """The rectangle in which a study's hypervolume is measured, fixed when the study starts.

    Attributes:
        reference_loss: Loss at and above which a network counts for nothing.
        lowest_cost: Left edge, multiply-adds.
        highest_cost: Right edge, multiply-adds.
        best_loss: Bottom edge; 0 is a perfect network.
    """

    reference_loss: float
    lowest_cost: float
    highest_cost: float
    best_loss: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.lowest_cost < self.highest_cost:
            raise ValueError(
                f"bounds need 0 < lowest_cost < highest_cost; got {self.lowest_cost} and {self.highest_cost}. "
                "Give the cheapest and the dearest network of the space."
            )
        if not self.best_loss < self.reference_loss:
            raise ValueError(f"bounds need best_loss < reference_loss; got {self.best_loss} and {self.reference_loss}.")

    @property
    def width(self) -> float:
        """From the left edge to the right, in natural log of cost."""
        return math.log(self.highest_cost / self.lowest_cost)

    @property
    def area(self) -> float:
        """Area of the whole rectangle, in loss x natural log of cost."""
        return (self.reference_loss - self.best_loss) * self.width

    def positions(self, costs: ArrayLike) -> FloatArray:
        """Where costs are between the edges, by their logarithms, 0 left and 1 right: array of shape (n,)."""
        return log_positions(costs, self.lowest_cost, self.highest_cost)


def log_positions(numbers: ArrayLike, smallest: float, largest: float) -> FloatArray:
    """Where numbers are between two others, by their logarithms, 0 to 1: array of the same shape."""
    low, high = np.log(smallest), np.log(largest)
    positions: FloatArray = (np.log(np.asarray(numbers, dtype=float)) - low) / (high - low)
    return positions


def front(losses: FloatArray, costs: FloatArray) -> IntArray:
    """Indices of the non-dominated points, cheapest first.

    A point is dominated when another is no worse in both and better in one. Of points that are equal in both,
    the first stands for all. Points with a NaN are never on the front.

    Args:
        losses: Array of shape (n,).
        costs: Array of shape (n,).
    Returns:
        Integer array of shape (n_front,).
    References:
        Kung, Luccio, Preparata (1975), JACM 22: a sort and a sweep, O(n log n), for two objectives.
    """
    losses, costs = _pair(losses, costs)
    order = np.lexsort((np.arange(len(losses)), losses, costs))
    order = order[~(np.isnan(losses[order]) | np.isnan(costs[order]))]
    if len(order) == 0:
        return order
    best_before = np.concatenate(([np.inf], np.minimum.accumulate(losses[order])[:-1]))
    return order[losses[order] < best_before]


def hypervolume(losses: FloatArray, costs: FloatArray, bounds: Bounds) -> float:
    """Share of the bounds' rectangle, over log cost, that the points dominate.

    Args:
        losses: Array of shape (n,).
        costs: Array of shape (n,); a cost under the lowest bound counts from that bound on.
    Returns:
        A number from 0 (no point inside) to 1; NaN points count for nothing.
    """
    losses, costs = _pair(losses, costs)
    chosen = front(losses, costs)
    chosen = chosen[(losses[chosen] < bounds.reference_loss) & (costs[chosen] < bounds.highest_cost)]
    if len(chosen) == 0:
        return 0.0
    edges = np.log(np.append(np.maximum(costs[chosen], bounds.lowest_cost), bounds.highest_cost))
    heights = bounds.reference_loss - np.maximum(losses[chosen], bounds.best_loss)
    return float(np.sum(heights * np.diff(edges)) / bounds.area)


def knee(losses: ArrayLike, costs: ArrayLike, bounds: Bounds) -> int | None:
    """Index of the point of the front beyond which more cost brings little; None if no point is worth taking.

    A point is worth taking if it is clearly above chance, and at least half as far above it as the best. Of these, the
    knee lies furthest from the line between the first and the last, over log cost. The line is never steeper than the
    diagonal of the bounds' rectangle: more cost is worth taking wherever it brings more than its share.

    Args:
        losses: Array of shape (n,).
        costs: Array of shape (n,).
        bounds: Their reference loss is that of chance.
    References:
        Das (1999), Structural Optimization 18: the point of largest distance to the line of the extremes.
    """
    losses, costs = _pair(losses, costs)
    chosen = front(losses, costs)
    gains = (bounds.reference_loss - losses[chosen]) / (bounds.reference_loss - bounds.best_loss)
    worth_taking = gains >= max(CLEARLY_ABOVE_CHANCE, WORTH_TAKING * gains.max(initial=0.0))
    chosen, gains = chosen[worth_taking], gains[worth_taking]
    if len(chosen) == 0:
        return None
    positions = bounds.positions(costs[chosen])
    slope = (gains[-1] - gains[0]) / max(positions[-1] - positions[0], gains[-1] - gains[0], TIE)
    heights = gains - slope * positions
    return int(chosen[np.argmax(heights >= heights.max() - TIE)])  # of equals the cheapest


def _pair(losses: ArrayLike, costs: ArrayLike) -> tuple[FloatArray, FloatArray]:
    pair = np.asarray(losses, dtype=float), np.asarray(costs, dtype=float)
    if pair[0].shape != pair[1].shape or pair[0].ndim != 1:
        raise ValueError(f"losses and costs need the same shape (n,); got {pair[0].shape} and {pair[1].shape}.")
    return pair

"""What the Gaussian process is fitted to: log losses at rungs, warped where they are far from the front."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from search.optimizer.arrays import FloatArray, IntArray
from search.optimizer.rungs import distance_to_front

REACH = 4.0  # Of `warp_outliers`, as a multiple of the distance within which the nearer half of the results is.
MIN_REACH = 0.1  # In log loss.
MIN_NEAR = 50  # Results in that nearer half, at least.


class Observations(NamedTuple):
    """Measured values.

    Attributes:
        features: Array of shape (n, n_columns).
        rungs: Integer array of shape (n,), 0 is the lowest.
        values: Array of shape (n,), log losses.
    """

    features: FloatArray
    rungs: IntArray
    values: FloatArray

    def take(self, indices: IntArray) -> "Observations":
        """The observations with these indices."""
        return Observations(self.features[indices], self.rungs[indices], self.values[indices])


def observe(
    features: FloatArray, losses: Iterable[Mapping[int, float]], costs: FloatArray, *, epochs: Sequence[int]
) -> tuple[Observations, FloatArray]:
    """The observations of networks, with outliers warped; and the cost of the network that each was measured of.

    Args:
        features: Array of shape (n_networks, n_columns).
        losses: Of each network, log loss by number of epochs; one or more in all.
        costs: Array of shape (n_networks,).
        epochs: Of each rung, fewest first; losses at other numbers of epochs are left out.
    """
    measured = [
        (row, epochs.index(number), loss)
        for row, by_epochs in enumerate(losses)
        for number, loss in by_epochs.items()
        if number in epochs
    ]
    rows, rungs, values = (np.array(column) for column in zip(*measured, strict=True))
    observations = Observations(features[rows], rungs, values)
    return warp_outliers(observations, costs[rows]), costs[rows]


def warp_outliers(observations: Observations, costs: FloatArray) -> Observations:
    """Bring networks that are far behind the front closer to it: how bad they are says little about the good ones.

    A result counts for less the further it is behind the best of its rung that cost no more: a distance d becomes
    s log(1 + d / s). Here s is `REACH` times the distance within which half of all results are, where that half has
    `MIN_NEAR` results at least. Without it the bad networks, which differ among themselves by far more than the good
    ones do, would set the amplitude, the length scales and the noise of the process. While results are few, most of
    what is known comes from bad networks, and they are hardly warped.

    Args:
        observations: At any rungs.
        costs: Array of shape (n,), of the networks that were observed.
    References:
        Song et al. (2024), The Vizier Gaussian process bandit algorithm: warped outliers, there of one objective.
    """
    values = observations.values
    distances = np.zeros(len(values))
    for rung in np.unique(observations.rungs):
        at_rung = observations.rungs == rung
        distances[at_rung] = distance_to_front(values[at_rung], costs[at_rung])
    middle = min(max(len(distances) // 2, MIN_NEAR), len(distances) - 1)
    reach = max(REACH * float(np.sort(distances)[middle]), MIN_REACH)
    return observations._replace(values=values - distances + reach * np.log1p(distances / reach))

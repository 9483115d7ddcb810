"""What the surrogate is fitted to: observations at rungs, their scale, and where each of its parameters is."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from search.optimizer.rungs import behind

SOURCE_TASK_MEAN = -1
"""The group of a column that is a trend, scaled to a standard deviation of about 1; at most one."""
LEARNING_CURVE = 0.25  # Losses fall about as epochs ** -0.25 (Hestness et al. 2017 have exponents of 0.07 to 0.35).
MEAN_DEVIATION = 2.0  # Of the general mean, in standard deviations of the values.
RUNG_DEVIATION = 0.2  # Of each rung's own line over log cost about the learning curve: middle and ends, in log loss.
LEAST_SCALE = 0.05  # Values that vary by less, in log loss, are not stretched to a deviation of 1.
REACH = 4.0  # Of `limit_outliers`, as a multiple of the distance within which the nearer results are.
LEAST_REACH = 0.1  # In log loss.
FEWEST_NEAR = 50  # Of those nearer results.


class Observations(NamedTuple):
    """What was measured.

    Attributes:
        features: Array of shape (n, n_columns).
        rungs: Integer array of shape (n,), 0 is the lowest.
        values: Array of shape (n,), log losses.
    """

    features: np.ndarray
    rungs: np.ndarray
    values: np.ndarray

    def take(self, indices: np.ndarray) -> "Observations":
        """The observations of these indices."""
        return Observations(*(array[indices] for array in self))


@dataclass(frozen=True)
class GPParameters:
    """Where each parameter is in the vector of all; everything is a logarithm but `agreement`, a logit.

    Attributes:
        groups: Integer array of shape (n_columns,), see `encoding.Encoded`, or `TREND`.
        epochs: Array of shape (n_rungs,), fewest first.
        cost: The column of the known log cost, 0 to 1; None where there is none.
    """

    groups: np.ndarray
    epochs: np.ndarray
    cost: int | None = None

    @property
    def n_groups(self) -> int:
        """Groups of features."""
        return int(self.groups.max()) + 1

    @property
    def n_rungs(self) -> int:
        """Rungs."""
        return len(self.epochs)

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Name to its part of the vector."""
        sizes = {
            "weights": self.n_groups,  # inverse squared length scales
            "amplitude": 1,
            "noise": self.n_rungs,  # variances
            "scales": self.n_rungs - 1,  # of the lower rungs; the top one has 1
            "agreement": self.n_rungs - 1,  # correlation of each rung with the next
            "trend": int((self.groups == SOURCE_TASK_MEAN).sum()),  # variance of its slope
        }
        ends = np.cumsum(list(sizes.values()))
        return {name: slice(int(end) - size, int(end)) for (name, size), end in zip(sizes.items(), ends, strict=True)}

    @cached_property
    def prior(self) -> tuple[np.ndarray, np.ndarray]:
        """Means and standard deviations of the parameters, each of shape (n_parameters,)."""
        normal = {
            "weights": (np.log(2.0 / self.n_groups), 0.85),
            "amplitude": (0.0, 1.0),
            "noise": (np.log(0.02), 1.5),
            "scales": (0.0, 0.5),
            "agreement": (1.5, 1.0),
            "trend": (0.0, 1.0),
        }
        sizes = [part.stop - part.start for part in self.slices.values()]
        means, deviations = zip(*(normal[name] for name in self.slices), strict=True)
        return np.repeat(means, sizes), np.repeat(deviations, sizes)

    def drawn(self, random: np.random.Generator) -> np.ndarray:
        """The prior's means, those of the length scales drawn from the prior instead.

        Fitted about such means, length scales that the observations tell come out much the same each time, the others
        as different as the prior allows. The observations are not perturbed: the posterior's spread is a little more.

        References:
            Bardsley et al. (2014), SIAM J. Sci. Comput. 36: randomise, then optimise. Snoek, Larochelle, Adams (2012),
            NeurIPS: why not to trust the most probable length scales alone.
        """
        means, deviations = self.prior
        weights = self.slices["weights"]
        drawn = means.copy()
        drawn[weights] += deviations[weights] * random.standard_normal(self.n_groups)
        return drawn

    def tasks(self, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Covariance of the rungs, shape (n_rungs, n_rungs), and each rung's correlation with the next."""
        scales = np.append(np.exp(parameters[self.slices["scales"]]), 1.0)
        rung_correlation = 1 / (1 + np.exp(-parameters[self.slices["agreement"]]))
        logs = np.concatenate(([0.0], np.cumsum(np.log(rung_correlation))))
        return np.outer(scales, scales) * np.exp(-np.abs(logs[:, None] - logs)), rung_correlation

    def scale(self, observations: Observations) -> "Scale":
        """How values are centred and stretched before they are fitted."""
        steps = LEARNING_CURVE * np.log(self.epochs[-1] / self.epochs)
        counts = np.bincount(observations.rungs, minlength=self.n_rungs)
        at_rung = [observations.values[observations.rungs == rung] for rung in counts.nonzero()[0]]
        spread = sum(np.std(values) * len(values) for values in at_rung)
        most = int(counts.argmax())
        level = np.median(observations.values[observations.rungs == most]) - steps[most]
        deviation = max(float(spread) / len(observations.values), LEAST_SCALE)
        own = (RUNG_DEVIATION / deviation) ** 2 * np.eye(self.n_rungs)
        means = MEAN_DEVIATION**2 + np.outer(steps, steps) / deviation**2 + own
        return Scale(level + steps, deviation, means, tilts=own, cost=self.cost)


@dataclass(frozen=True)
class Scale:
    """From log losses to numbers of about 0 and 1, each rung about an unknown straight line over log cost.

    Attributes:
        offsets: Array of shape (n_rungs,), expected level at each rung.
        deviation: Standard deviation within a rung.
        means: Array of shape (n_rungs, n_rungs), covariance of the lines' middles, scaled.
        tilts: Array of shape (n_rungs, n_rungs), covariance of their rises from the middle to the end, scaled.
        cost: As in `Layout`.
    """

    offsets: np.ndarray
    deviation: float
    means: np.ndarray
    tilts: np.ndarray
    cost: int | None

    def lines(self, left: np.ndarray, left_rungs: np.ndarray, right: np.ndarray, right_rungs: np.ndarray) -> np.ndarray:
        """Covariance of the lines where rows of features are, each at a rung of its own: shape (n, m)."""
        pairs = np.ix_(left_rungs, right_rungs)
        return self.means[pairs] + self.tilts[pairs] * np.outer(self._places(left), self._places(right))

    def own_lines(self, features: np.ndarray, rungs: list[int]) -> np.ndarray:
        """Covariance of these rungs' lines where each row of features is: shape (n, n_rungs, n_rungs)."""
        pairs = np.ix_(rungs, rungs)
        return self.means[pairs] + self._places(features)[:, None, None] ** 2 * self.tilts[pairs]

    def _places(self, features: np.ndarray) -> np.ndarray:
        """Log costs from -1 to 1, 0 in the middle."""
        return np.zeros(len(features)) if self.cost is None else 2 * features[:, self.cost] - 1


def warp_outliers(observations: Observations, costs: np.ndarray) -> Observations:
    """Networks far behind the front, drawn in: how bad they are says little about the good ones.

    A result counts for less the further it is behind the best of its rung that cost no more: a distance d becomes
    s log(1 + d / s), where s is `REACH` times the distance within which half of all results are, and `FEWEST_NEAR` at
    least. Else the bad networks, which differ among themselves by far more than the good ones do, would set the
    process's amplitude, length scales and noise. While results are few, most of what is known comes from bad networks,
    and how much better a network could still be: then hardly anything is drawn in.

    Args:
        observations: At any rungs.
        costs: Array of shape (n,), of the networks observed.
    References:
        Song et al. (2024), The Vizier Gaussian process bandit algorithm: warped outliers, there of one objective.
    """
    distances = np.zeros(len(observations.values))
    for rung in np.unique(observations.rungs):
        here = observations.rungs == rung
        distances[here] = behind(observations.values[here], costs[here])
    place = min(max(len(distances) // 2, FEWEST_NEAR), len(distances) - 1)
    reach = max(REACH * float(np.sort(distances)[place]), LEAST_REACH)
    return observations._replace(values=observations.values - distances + reach * np.log1p(distances / reach))

"""A Gaussian process that learns the loss of networks at every rung together. Pure NumPy and SciPy.

The covariance of network x at rung r with network y at rung s is the product

    amplitude x Matern-5/2(distance of x and y) x scale[r] x scale[s] x correlation[r, s]

where the distance has a length scale for each group of features, and correlation falls along the ladder: from rung r to
the next by a factor of its own. Each rung has noise of its own. So many short trainings, once they are seen to agree
with the long ones, predict the long ones, and are left out of account where they do not.

Where a study was started from another, what that one makes of each network is a trend t: the correlation above is a
Matern-5/2 plus trend x t(x) x t(y), which is a straight line in t whose slope, of either sign or none, is learnt.

All values are logarithms of losses: a loss halves alike from 20 to 10 percent and from 2 to 1.

References:
    Swersky, Snoek, Adams (2013), NeurIPS: multi-task Bayesian optimisation; the product with a matrix over tasks.
    Rasmussen, Williams (2006), ch. 5: gradients of the marginal likelihood; ch. 2.7: linear trends beside a process.
    Hvarfner, Hellsten, Nardi (2024), ICML: a prior on length scales that grows with the number of dimensions.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize

JITTER = 1e-6
TREND = -1
"""The group of a column that is a trend, scaled to a standard deviation of about 1; at most one."""
LEARNING_CURVE = 0.25  # Losses fall about as epochs ** -0.25 (Hestness et al. 2017 have exponents of 0.07 to 0.35).
MEAN_DEVIATION = 2.0  # Of the general mean, in standard deviations of the values.
RUNG_DEVIATION = 0.2  # Of each rung's own mean about the learning curve, in log loss.
LEAST_SCALE = 0.05  # Values that vary by less, in log loss, are not stretched to a deviation of 1.
ITERATIONS = 25


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
class Layout:
    """Where each parameter is in the vector of all; everything is a logarithm but `agreement`, a logit.

    Attributes:
        groups: Integer array of shape (n_columns,), see `encoding.Encoded`, or `TREND`.
        epochs: Array of shape (n_rungs,), fewest first.
    """

    groups: np.ndarray
    epochs: np.ndarray

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
            "trend": int((self.groups == TREND).sum()),  # variance of its slope
        }
        ends = np.cumsum(list(sizes.values()))
        return {name: slice(int(end) - size, int(end)) for (name, size), end in zip(sizes.items(), ends, strict=True)}

    @cached_property
    def prior(self) -> tuple[np.ndarray, np.ndarray]:
        """Means and standard deviations of the parameters, each of shape (n_parameters,)."""
        normal = {
            "weights": (np.log(2.0 / self.n_groups), 1.2),
            "amplitude": (0.0, 1.0),
            "noise": (np.log(0.02), 1.5),
            "scales": (0.0, 0.5),
            "agreement": (1.5, 1.0),
            "trend": (0.0, 1.0),
        }
        sizes = [part.stop - part.start for part in self.slices.values()]
        means, deviations = zip(*(normal[name] for name in self.slices), strict=True)
        return np.repeat(means, sizes), np.repeat(deviations, sizes)

    def tasks(self, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Covariance of the rungs, shape (n_rungs, n_rungs), and each rung's correlation with the next."""
        scales = np.append(np.exp(parameters[self.slices["scales"]]), 1.0)
        agreement = 1 / (1 + np.exp(-parameters[self.slices["agreement"]]))
        logs = np.concatenate(([0.0], np.cumsum(np.log(agreement))))
        return np.outer(scales, scales) * np.exp(-np.abs(logs[:, None] - logs)), agreement

    def scale(self, observations: Observations) -> "Scale":
        """How values are centred and stretched before they are fitted."""
        steps = LEARNING_CURVE * np.log(self.epochs[-1] / self.epochs)
        counts = np.bincount(observations.rungs, minlength=self.n_rungs)
        at_rung = [observations.values[observations.rungs == rung] for rung in counts.nonzero()[0]]
        spread = sum(np.std(values) * len(values) for values in at_rung)
        most = int(counts.argmax())
        level = np.median(observations.values[observations.rungs == most]) - steps[most]
        deviation = max(float(spread) / len(observations.values), LEAST_SCALE)
        own = RUNG_DEVIATION**2 * np.eye(self.n_rungs)
        means = MEAN_DEVIATION**2 + (np.outer(steps, steps) + own) / deviation**2
        return Scale(level + steps, deviation, means)


@dataclass(frozen=True)
class Scale:
    """From log losses to numbers of about 0 and 1.

    Attributes:
        offsets: Array of shape (n_rungs,), expected level at each rung.
        deviation: Standard deviation within a rung.
        means: Array of shape (n_rungs, n_rungs), covariance of the rungs' unknown means, scaled.
    """

    offsets: np.ndarray
    deviation: float
    means: np.ndarray


def matern(squared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matern-5/2 correlation of squared distances, and its derivative by them."""
    root = np.sqrt(5 * squared)
    decay = np.exp(-root)
    return (1 + root + root**2 / 3) * decay, -(5 / 6) * (1 + root) * decay


def trends(left: np.ndarray, right: np.ndarray, layout: Layout) -> np.ndarray:
    """Products of the trends of rows, shape (n, m); 0 without a trend."""
    column = layout.groups == TREND
    return left[:, column] @ right[:, column].T


def squared_distances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances of rows, shape (n, m)."""
    return np.maximum((left**2).sum(1)[:, None] + (right**2).sum(1) - 2 * left @ right.T, 0.0)


def fit(observations: Observations, layout: Layout) -> np.ndarray:
    """The most probable parameters given the observations, shape (n_parameters,); takes O(n^3) a step."""
    objective = _Objective(observations, layout)
    means, deviations = layout.prior
    limits = list(zip(means - 5 * deviations, means + 5 * deviations, strict=True))
    found = minimize(objective, means, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": ITERATIONS})
    return found.x


class _Objective:
    """Negative log posterior of the parameters, and its gradient."""

    def __init__(self, observations: Observations, layout: Layout) -> None:
        scale = layout.scale(observations)
        features, self._rungs = observations.features, observations.rungs
        self._layout = layout
        self._values = (observations.values - scale.offsets[self._rungs]) / scale.deviation
        self._means = scale.means[np.ix_(self._rungs, self._rungs)]
        columns = [features[:, layout.groups == group] for group in range(layout.n_groups)]
        self._distances = np.stack([squared_distances(part, part) for part in columns])
        self._trends = trends(features, features, layout)
        self._at_rung = np.eye(layout.n_rungs)[self._rungs]

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        part = self._layout.slices
        weights, amplitude = np.exp(parameters[part["weights"]]), np.exp(parameters[part["amplitude"]])
        tasks, agreement = self._layout.tasks(parameters)
        noise = np.exp(parameters[part["noise"]])
        correlation, slope = matern(np.tensordot(weights, self._distances, 1))
        pairs = amplitude * tasks[np.ix_(self._rungs, self._rungs)]
        slopes = np.exp(parameters[part["trend"]]).sum()
        signal = pairs * (correlation + slopes * self._trends)
        covariance = signal + self._means
        covariance[np.diag_indices_from(covariance)] += noise[self._rungs] + JITTER
        try:
            lower = cholesky(covariance, lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            return 1e10, np.zeros_like(parameters)
        solved = cho_solve((lower, True), self._values, check_finite=False)
        inverse = cho_solve((lower, True), np.eye(len(lower)), check_finite=False)
        half = 0.5 * (inverse - np.outer(solved, solved))  # Derivative of the likelihood by the covariance.

        gradient = np.empty_like(parameters)
        gradient[part["weights"]] = weights * np.tensordot(self._distances, half * pairs * slope, 2)
        by_rungs = self._at_rung.T @ (half * signal) @ self._at_rung
        gradient[part["amplitude"]] = by_rungs.sum()
        gradient[part["noise"]] = noise * (np.diag(half) @ self._at_rung)
        gradient[part["scales"]] = 2 * by_rungs.sum(axis=1)[:-1]
        gradient[part["trend"]] = slopes * (half * pairs * self._trends).sum()
        across = [2 * by_rungs[: rung + 1, rung + 1 :].sum() for rung in range(len(agreement))]
        gradient[part["agreement"]] = np.array(across) * (1 - agreement)

        means, deviations = self._layout.prior
        surprise = (parameters - means) / deviations
        loss = 0.5 * self._values @ solved + np.log(np.diag(lower)).sum() + 0.5 * surprise @ surprise
        return float(loss), gradient + surprise / deviations


class Surrogate:
    """The process given observations and parameters.

    Args:
        observations: One or more.
        layout: Groups and rungs.
        parameters: As `fit` found them.
        scale: Of the values; by default that of the observations.
    """

    def __init__(
        self, observations: Observations, layout: Layout, parameters: np.ndarray, *, scale: Scale | None = None
    ) -> None:
        self._observations, self._layout, self._parameters = observations, layout, parameters
        self._scale = scale or layout.scale(observations)
        part = layout.slices
        self._weights = np.sqrt(np.exp(parameters[part["weights"]]))[layout.groups] * (layout.groups != TREND)
        self._slopes = np.exp(parameters[part["trend"]]).sum()
        self._tasks = np.exp(parameters[part["amplitude"]]) * layout.tasks(parameters)[0]
        self._noise = np.exp(parameters[part["noise"]])
        self._inputs = observations.features * self._weights
        rungs = observations.rungs
        covariance = self._covariance(observations.features, rungs)
        covariance[np.diag_indices_from(covariance)] += self._noise[rungs] + JITTER
        self._lower = cholesky(covariance, lower=True, check_finite=False)
        scaled = (observations.values - self._scale.offsets[rungs]) / self._scale.deviation
        self._solved = cho_solve((self._lower, True), scaled, check_finite=False)

    @property
    def top(self) -> int:
        """The highest rung."""
        return self._layout.n_rungs - 1

    def believing(self, features: np.ndarray, rungs: np.ndarray) -> "Surrogate":
        """The process once these are measured, each as it is expected: means stay as they are, deviations shrink.

        Args:
            features: Array of shape (n, n_columns).
            rungs: Integer array of shape (n,), at which each is measured.
        """
        if len(rungs) == 0:
            return self
        means, _ = self.predict_jointly(features, list(range(self.top + 1)))
        expected = Observations(features, rungs, means[np.arange(len(rungs)), rungs])
        both = Observations(*(np.concatenate(parts) for parts in zip(self._observations, expected, strict=True)))
        return Surrogate(both, self._layout, self._parameters, scale=self._scale)

    def noise(self, rung: int) -> float:
        """Standard deviation of a measurement at a rung, in log loss."""
        return float(np.sqrt(self._noise[rung]) * self._scale.deviation)

    def predict(self, features: np.ndarray, rung: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of the log loss at a rung, without noise, each of shape (n,)."""
        means, covariances = self.predict_jointly(features, [rung])
        return means[:, 0], np.sqrt(covariances[:, 0, 0])

    def predict_jointly(self, features: np.ndarray, rungs: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Means, shape (n, n_rungs), and covariances, shape (n, n_rungs, n_rungs), of each network's log losses."""
        cross = [self._covariance(features, np.full(len(features), rung)) for rung in rungs]
        explained = [solve_triangular(self._lower, part.T, lower=True, check_finite=False) for part in cross]
        own = 1 + self._slopes * (features[:, self._layout.groups == TREND] ** 2).sum(axis=1)
        prior = own[:, None, None] * self._tasks[np.ix_(rungs, rungs)] + self._scale.means[np.ix_(rungs, rungs)]
        known = np.array([[(a * b).sum(axis=0) for b in explained] for a in explained])
        covariances = prior - np.moveaxis(known, 2, 0)
        diagonal = np.arange(len(rungs))
        covariances[:, diagonal, diagonal] = np.maximum(covariances[:, diagonal, diagonal], 1e-9)
        means = np.stack([part @ self._solved for part in cross], axis=1)
        return means * self._scale.deviation + self._scale.offsets[rungs], covariances * self._scale.deviation**2

    def _covariance(self, features: np.ndarray, rungs: np.ndarray) -> np.ndarray:
        pairs = np.ix_(rungs, self._observations.rungs)
        correlation, _ = matern(squared_distances(features * self._weights, self._inputs))
        correlation += self._slopes * trends(features, self._observations.features, self._layout)
        return self._tasks[pairs] * correlation + self._scale.means[pairs]


def limit_outliers(observations: Observations, *, reach: float = 1.5) -> Observations:
    """Networks that fail altogether, drawn in: how bad they are says little about the good ones.

    Within each rung a value counts for no more than the median plus `reach` times the median's distance to the best.
    """
    values = observations.values.copy()
    for rung in np.unique(observations.rungs):
        here = observations.rungs == rung
        middle = np.median(values[here])
        values[here] = np.minimum(values[here], middle + max(reach * (middle - values[here].min()), 0.1))
    return observations._replace(values=values)

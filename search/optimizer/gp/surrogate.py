"""A Gaussian process that learns the loss of networks at every rung together. Pure NumPy and SciPy.

The covariance of network x at rung r with network y at rung s is the product

    amplitude x Matern-5/2(distance of x and y) x scale[r] x scale[s] x correlation[r, s]

where the distance has a length scale for each group of features, and correlation falls along the ladder: from rung r to
the next by a factor of its own. Each rung has noise of its own. So many short trainings predict the long ones as far as
the two agree in the observations.

Beside it there is a linear kernel over log cost and over the logarithm of the number of parameters: unknown straight
lines. All rungs share one, since losses fall with both about as powers. Each rung has a smaller one of its own:
networks of high cost learn more slowly than cheap ones, and all short trainings underrate them alike. By how much is
unknown until one has trained long.

Where a study was started from another, that source task predicts a mean t for each network. The correlation above is
then a Matern-5/2 plus slope x t(x) x t(y): a straight line in t whose slope, of either sign or none, is learnt.

All values are logarithms of losses: a loss halves alike from 20 to 10 percent and from 2 to 1.

References:
    Swersky, Snoek, Adams (2013), NeurIPS: multi-task Bayesian optimisation; the product with a matrix over tasks.
    Rasmussen, Williams (2006), ch. 5: gradients of the marginal likelihood; ch. 2.7: linear trends beside a process.
    Kaplan et al. (2020), Hestness et al. (2017): losses fall as powers of parameters, of operations and of training.
    Hvarfner, Hellsten, Nardi (2024), ICML: a prior on length scales that grows with the number of dimensions.
"""

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize

from search.optimizer.arrays import FloatArray, IntArray
from search.optimizer.gp.observations import Observations
from search.optimizer.gp.parameters import SOURCE_TASK_MEAN, GPParameters, Scale

JITTER = 1e-6
ITERATIONS = 25


def matern(squared: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Matern-5/2 correlation of squared distances, and its derivative by them."""
    root = np.sqrt(5 * squared)
    decay = np.exp(-root)
    return (1 + root + root**2 / 3) * decay, -(5 / 6) * (1 + root) * decay


def source_products(left: FloatArray, right: FloatArray, gp_parameters: GPParameters) -> FloatArray:
    """Products of the source task's means of rows, shape (n, m); 0 without a source task."""
    column = gp_parameters.groups == SOURCE_TASK_MEAN
    products: FloatArray = left[:, column] @ right[:, column].T
    return products


def squared_distances(left: FloatArray, right: FloatArray) -> FloatArray:
    """Squared Euclidean distances of rows, shape (n, m)."""
    squared = (left**2).sum(1)[:, None] + (right**2).sum(1) - 2 * left @ right.T
    return np.asarray(np.maximum(squared, 0.0))


def fit(observations: Observations, gp_parameters: GPParameters, *, expected: FloatArray | None = None) -> FloatArray:
    """The most probable parameters given the observations, shape (n_parameters,); takes O(n^3) a step.

    Args:
        observations: One or more.
        gp_parameters: Groups and rungs.
        expected: Means of the parameters' prior, if not those of `gp_parameters`.
    """
    means, deviations = gp_parameters.prior
    means = means if expected is None else expected
    objective = NegativeLogPosterior(observations, gp_parameters, means)
    limits = list(zip(means - 5 * deviations, means + 5 * deviations, strict=True))
    optimum = minimize(objective, means, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": ITERATIONS})
    return np.asarray(optimum.x)


class NegativeLogPosterior:
    """Negative log posterior of the parameters, and its gradient."""

    def __init__(self, observations: Observations, gp_parameters: GPParameters, expected: FloatArray) -> None:
        scale = gp_parameters.scale(observations)
        features, self._rungs = observations.features, observations.rungs
        self._gp_parameters, self._expected = gp_parameters, expected
        self._values = (observations.values - scale.offsets[self._rungs]) / scale.deviation
        self._linear_kernel = scale.linear_kernel(features, self._rungs, features, self._rungs)
        columns = [features[:, gp_parameters.groups == group] for group in range(gp_parameters.n_groups)]
        self._distances = np.stack([squared_distances(part, part) for part in columns])
        self._source_products = source_products(features, features, gp_parameters)
        self._at_rung = np.eye(gp_parameters.n_rungs)[self._rungs]

    def __call__(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        slices = self._gp_parameters.slices
        weights, amplitude = np.exp(parameters[slices["weights"]]), np.exp(parameters[slices["amplitude"]])
        tasks, rung_correlation = self._gp_parameters.tasks(parameters)
        noise = np.exp(parameters[slices["noise"]])
        correlation, slope = matern(np.tensordot(weights, self._distances, 1))
        pairs = amplitude * tasks[np.ix_(self._rungs, self._rungs)]
        slopes = np.exp(parameters[slices["source_slope"]]).sum()
        signal = pairs * (correlation + slopes * self._source_products)
        covariance = signal + self._linear_kernel
        covariance[np.diag_indices_from(covariance)] += noise[self._rungs] + JITTER
        try:
            lower = cholesky(covariance, lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            return 1e10, np.zeros_like(parameters)
        solved = cho_solve((lower, True), self._values, check_finite=False)
        inverse = cho_solve((lower, True), np.eye(len(lower)), check_finite=False)
        by_covariance = 0.5 * (inverse - np.outer(solved, solved))  # Derivative of the likelihood by the covariance.

        gradient = np.empty_like(parameters)
        gradient[slices["weights"]] = weights * np.tensordot(self._distances, by_covariance * pairs * slope, 2)
        by_rungs = self._at_rung.T @ (by_covariance * signal) @ self._at_rung
        gradient[slices["amplitude"]] = by_rungs.sum()
        gradient[slices["noise"]] = noise * (np.diag(by_covariance) @ self._at_rung)
        gradient[slices["rung_scales"]] = 2 * by_rungs.sum(axis=1)[:-1]
        gradient[slices["source_slope"]] = slopes * (by_covariance * pairs * self._source_products).sum()
        across = [2 * by_rungs[: rung + 1, rung + 1 :].sum() for rung in range(len(rung_correlation))]
        gradient[slices["rung_correlation"]] = np.array(across) * (1 - rung_correlation)

        deviations = self._gp_parameters.prior[1]
        surprise = (parameters - self._expected) / deviations
        loss = 0.5 * self._values @ solved + np.log(np.diag(lower)).sum() + 0.5 * surprise @ surprise
        return float(loss), gradient + surprise / deviations


class Surrogate:
    """The process given observations and parameters.

    Args:
        observations: One or more.
        gp_parameters: Groups and rungs.
        parameters: As `fit` found them.
        scale: Of the values; by default that of the observations.
    """

    def __init__(
        self,
        observations: Observations,
        gp_parameters: GPParameters,
        parameters: FloatArray,
        *,
        scale: Scale | None = None,
    ) -> None:
        self._observations, self._gp_parameters, self._parameters = observations, gp_parameters, parameters
        self._scale = scale or gp_parameters.scale(observations)
        slices = gp_parameters.slices
        groups, weights = gp_parameters.groups, np.sqrt(np.exp(parameters[slices["weights"]]))
        self._weights = np.where(groups >= 0, weights[np.maximum(groups, 0)], 0.0)
        self._slopes = np.exp(parameters[slices["source_slope"]]).sum()
        self._tasks = np.exp(parameters[slices["amplitude"]]) * gp_parameters.tasks(parameters)[0]
        self._noise = np.exp(parameters[slices["noise"]])
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
        return self._gp_parameters.n_rungs - 1

    def condition_on_fantasies(self, features: FloatArray, rungs: IntArray) -> "Surrogate":
        """The process as if these were measured with their predicted values: means stay, deviations shrink.

        Args:
            features: Array of shape (n, n_columns).
            rungs: Integer array of shape (n,), at which each is measured.
        """
        if len(rungs) == 0:
            return self
        means, _ = self.predict_jointly(features, list(range(self.top + 1)))
        expected = Observations(features, rungs, means[np.arange(len(rungs)), rungs])
        both = Observations(*(np.concatenate(parts) for parts in zip(self._observations, expected, strict=True)))
        return Surrogate(both, self._gp_parameters, self._parameters, scale=self._scale)

    def noise(self, rung: int) -> float:
        """Standard deviation of a measurement at a rung, in log loss."""
        return float(np.sqrt(self._noise[rung]) * self._scale.deviation)

    def predict(self, features: FloatArray, rung: int) -> tuple[FloatArray, FloatArray]:
        """Mean and standard deviation of the log loss at a rung, without noise, each of shape (n,)."""
        means, covariances = self.predict_jointly(features, [rung])
        return means[:, 0], np.sqrt(covariances[:, 0, 0])

    def predict_jointly(self, features: FloatArray, rungs: list[int]) -> tuple[FloatArray, FloatArray]:
        """Means, shape (n, n_rungs), and covariances, shape (n, n_rungs, n_rungs), of each network's log losses."""
        cross = [self._covariance(features, np.full(len(features), rung)) for rung in rungs]
        explained = [solve_triangular(self._lower, part.T, lower=True, check_finite=False) for part in cross]
        prior_scale = 1 + self._slopes * (features[:, self._gp_parameters.groups == SOURCE_TASK_MEAN] ** 2).sum(axis=1)
        prior = prior_scale[:, None, None] * self._tasks[np.ix_(rungs, rungs)] + self._scale.linear_kernel_of_rows(
            features, rungs
        )
        explained_away = np.array([[(a * b).sum(axis=0) for b in explained] for a in explained])
        covariances = prior - np.moveaxis(explained_away, 2, 0)
        diagonal = np.arange(len(rungs))
        covariances[:, diagonal, diagonal] = np.maximum(covariances[:, diagonal, diagonal], 1e-9)
        means = np.stack([part @ self._solved for part in cross], axis=1)
        return means * self._scale.deviation + self._scale.offsets[rungs], covariances * self._scale.deviation**2

    def _covariance(self, features: FloatArray, rungs: IntArray) -> FloatArray:
        observed = self._observations
        correlation, _ = matern(squared_distances(features * self._weights, self._inputs))
        correlation += self._slopes * source_products(features, observed.features, self._gp_parameters)
        linear = self._scale.linear_kernel(features, rungs, observed.features, observed.rungs)
        return self._tasks[np.ix_(rungs, observed.rungs)] * correlation + linear

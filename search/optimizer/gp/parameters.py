"""The parameters of the Gaussian process: where each is in their vector, their prior, and how values are scaled."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from search.optimizer.arrays import FloatArray, IntArray
from search.optimizer.gp.observations import Observations

SOURCE_TASK_MEAN = -1
"""The group of a column that holds a source task's mean, scaled to a standard deviation of about 1; at most one."""
LEARNING_CURVE = 0.25  # Losses fall about as epochs ** -0.25 (Hestness et al. 2017 have exponents of 0.07 to 0.35).
LINE_DEVIATION = 2.0  # Of the line that all rungs share: middle and ends, in standard deviations of the values.
RUNG_DEVIATION = 0.1  # Of each rung's own line about that one and the learning curve: likewise, in log loss.
MIN_SCALE = 0.05  # Values that vary by less, in log loss, are not stretched to a deviation of 1.


@dataclass(frozen=True)
class GPParameters:
    """The place of each parameter in one vector. All are logarithms, except `rung_correlation`, which is a logit.

    Attributes:
        groups: Integer array of shape (n_columns,), see `encoding.Encoded`, or `SOURCE_TASK_MEAN`.
        epochs: Array of shape (n_rungs,), fewest first.
        lines: The columns that have a straight line, each from 0 to 1: the known log cost is one.
    """

    groups: IntArray
    epochs: FloatArray
    lines: Sequence[int] = ()

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
            "rung_scales": self.n_rungs - 1,  # of the lower rungs; the top one has 1
            "rung_correlation": self.n_rungs - 1,  # of each rung with the next
            "source_slope": int((self.groups == SOURCE_TASK_MEAN).sum()),  # variance of the slope over the source task
        }
        ends = np.cumsum(list(sizes.values()))
        return {name: slice(int(end) - size, int(end)) for (name, size), end in zip(sizes.items(), ends, strict=True)}

    @cached_property
    def prior(self) -> tuple[FloatArray, FloatArray]:
        """Means and standard deviations of the parameters, each of shape (n_parameters,)."""
        normal = {
            "weights": (float(np.log(2.0 / self.n_groups)), 0.85),
            "amplitude": (0.0, 1.0),
            "noise": (float(np.log(0.02)), 1.5),
            # The losses of good networks differ more, as logarithms, the longer these are trained.
            "rung_scales": (-0.3, 0.2),
            "rung_correlation": (2.0, 0.7),
            "source_slope": (0.0, 1.0),
        }
        sizes = [part.stop - part.start for part in self.slices.values()]
        means, deviations = zip(*(normal[name] for name in self.slices), strict=True)
        return np.repeat(means, sizes), np.repeat(deviations, sizes)

    def sample_prior_mean(self, random: np.random.Generator) -> FloatArray:
        """The prior's means, with those of the length scales drawn from the prior.

        Fitted about such means, length scales that the observations determine come out much the same each time, the
        others as different as the prior allows. The observations are not perturbed, so the posterior's spread is a
        little too large.

        References:
            Bardsley et al. (2014), SIAM J. Sci. Comput. 36: randomise, then optimise. Snoek, Larochelle, Adams (2012),
            NeurIPS: why not to trust the most probable length scales alone.
        """
        means, deviations = self.prior
        weights = self.slices["weights"]
        sampled = means.copy()
        sampled[weights] += deviations[weights] * random.standard_normal(self.n_groups)
        return sampled

    def tasks(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Covariance of the rungs, shape (n_rungs, n_rungs), and each rung's correlation with the next."""
        scales = np.append(np.exp(parameters[self.slices["rung_scales"]]), 1.0)
        correlation = 1 / (1 + np.exp(-parameters[self.slices["rung_correlation"]]))
        logs = np.concatenate(([0.0], np.cumsum(np.log(correlation))))
        return np.outer(scales, scales) * np.exp(-np.abs(logs[:, None] - logs)), correlation

    def scale(self, observations: Observations) -> "Scale":
        """How values are centred and stretched before they are fitted."""
        steps = LEARNING_CURVE * np.log(self.epochs[-1] / self.epochs)
        counts = np.bincount(observations.rungs, minlength=self.n_rungs)
        at_rung = [observations.values[observations.rungs == rung] for rung in counts.nonzero()[0]]
        spread = sum(np.std(values) * len(values) for values in at_rung)
        fullest = int(counts.argmax())
        level = np.median(observations.values[observations.rungs == fullest]) - steps[fullest]
        deviation = max(float(spread) / len(observations.values), MIN_SCALE)
        lines = LINE_DEVIATION**2 + (RUNG_DEVIATION / deviation) ** 2 * np.eye(self.n_rungs)
        intercepts = lines + np.outer(steps, steps) / deviation**2
        return Scale(level + steps, deviation, intercepts, slopes=lines, lines=self.lines)


@dataclass(frozen=True)
class Scale:
    """From log losses to numbers of about 0 and 1, and the linear kernel: a line that the rungs share, and their own.

    Attributes:
        offsets: Array of shape (n_rungs,), expected level at each rung.
        deviation: Standard deviation within a rung.
        intercepts: Array of shape (n_rungs, n_rungs), scaled covariance of the lines in the middle.
        slopes: Array of shape (n_rungs, n_rungs), scaled covariance of their rises from the middle to the end.
        lines: As in `GPParameters`.
    """

    offsets: FloatArray
    deviation: float
    intercepts: FloatArray
    slopes: FloatArray
    lines: Sequence[int]

    def linear_kernel(
        self, left: FloatArray, left_rungs: IntArray, right: FloatArray, right_rungs: IntArray
    ) -> FloatArray:
        """Covariance of the lines where rows of features are, each at a rung of its own: shape (n, m)."""
        pairs = np.ix_(left_rungs, right_rungs)
        positions = self._positions(left) @ self._positions(right).T
        return np.asarray(self.intercepts[pairs] + self.slopes[pairs] * positions)

    def linear_kernel_of_rows(self, features: FloatArray, rungs: list[int]) -> FloatArray:
        """Covariance of these rungs' lines where each row of features is: shape (n, n_rungs, n_rungs)."""
        pairs = np.ix_(rungs, rungs)
        squares: FloatArray = (self._positions(features) ** 2).sum(axis=1)
        return self.intercepts[pairs] + squares[:, None, None] * self.slopes[pairs]

    def _positions(self, features: FloatArray) -> FloatArray:
        """From -1 to 1, 0 in the middle: shape (n, n_lines)."""
        return np.asarray(2 * features[:, list(self.lines)] - 1)

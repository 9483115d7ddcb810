"""The surrogate of a study: a Gaussian process conditioned on the results of its trials at every rung.

A training that runs now counts as measured already, with the value that is expected of it: predictions stay as they
are, but their deviations shrink. So several workers do not all train much the same network.

References:
    Ginsbourger, Le Riche, Carraro (2010), Kriging is well-suited to parallelize optimization: the kriging believer.
"""

import copy
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.arrays import FloatArray, IntArray
from search.optimizer.gp.encoding import Encoded, encode
from search.optimizer.gp.observations import Observations, observe
from search.optimizer.gp.parameters import SOURCE_TASK_MEAN, GPParameters
from search.optimizer.gp.surrogate import Surrogate, fit
from search.optimizer.gp.threads import one_thread
from search.optimizer.networks.candidates import Candidate, distributions_of
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import front, log_positions
from search.optimizer.rungs import non_dominated_within_noise
from search.optimizer.sampler.warm_start import SourceTaskMean
from search.optimizer.trials import attributes as attr
from search.optimizer.trials import promotion
from search.optimizer.trials.records import costs_of, has_cost, log_losses, parameters_of
from search.optimizer.trials.status import is_training

MAX_FITTED = 150
"""The most results that the surrogate's parameters are fitted to."""

MAX_CONDITIONED_ON = 450
"""The most results that the surrogate is conditioned on."""


class Posterior:
    """Predictions of log losses at every rung, for trials and for networks that could be next.

    Args:
        trials: Any; those with results are learnt from.
        pool: Networks that could be next.
        problem: What is searched.
        random: Draws the prior means of length scales, and which results are left out where there are very many.
        source_task_mean: What an earlier study predicts of networks, if the study was started from one.
    """

    def __init__(
        self,
        trials: Sequence[FrozenTrial],
        pool: Sequence[Candidate],
        *,
        problem: Problem,
        random: Random,
        source_task_mean: SourceTaskMean | None = None,
    ) -> None:
        self._ladder = problem.ladder
        self._random = random
        with_cost = [trial for trial in trials if has_cost(trial)]
        self._row = {trial.number: row for row, trial in enumerate(with_cost)}
        self._first_of_pool = len(with_cost)
        self._problem, self._source_task_mean = problem, source_task_mean
        self._distributions = distributions_of([*with_cost, *pool], problem.space)
        costs, sizes = costs_of(with_cost), [*map(parameters_of, with_cost), *(each.parameters for each in pool)]
        self._size_range = float(min(sizes, default=1)), float(max(sizes, default=1))
        encoded = self._encode(
            [*(trial.params for trial in with_cost), *(candidate.params for candidate in pool)],
            np.array([*costs, *(candidate.cost for candidate in pool)]),
            sizes,
        )
        self._features = encoded.features
        observations, observed_costs = observe(
            self._features[: len(with_cost)],
            map(log_losses, with_cost),
            costs,
            epochs=problem.ladder.rungs,
        )
        gp_parameters = GPParameters(encoded.groups, np.array(problem.ladder.rungs, dtype=float), encoded.lines)
        with one_thread():
            expected = gp_parameters.sample_prior_mean(np.random.default_rng(random.getrandbits(32)))
            fitted_to = observations.take(self._subset(observations, observed_costs, MAX_FITTED))
            parameters = fit(fitted_to, gp_parameters, expected=expected)
            conditioned_on = observations.take(self._subset(observations, observed_costs, MAX_CONDITIONED_ON))
            surrogate = Surrogate(conditioned_on, gp_parameters, parameters)
            self._surrogate = surrogate.condition_on_fantasies(*self._pending(with_cost))

    def noise(self, rung: int) -> float:
        """Standard deviation of a measured log loss at a rung."""
        return self._surrogate.noise(self._ladder.rungs.index(rung))

    def must_promote(self, trials: Sequence[FrozenTrial], waiting: Sequence[FrozenTrial]) -> list[FrozenTrial]:
        """Those of the waiting trials that may not be stopped at their rung, by the noise of this surrogate.

        Args:
            trials: Those that were learnt from.
            waiting: Those of them that may be trained further.
        """
        return promotion.must_promote(trials, waiting, noise=self.noise, chance=self._problem.chance)

    def promotable(self, trials: Sequence[FrozenTrial], waiting: Sequence[FrozenTrial]) -> list[FrozenTrial]:
        """Those of the waiting trials whose predicted loss at the top, less its deviation, is non-dominated there.

        Networks that learn slowly are dominated at a low rung and need not be at the top, and the surrogate can tell.

        Args:
            trials: Those that were learnt from.
            waiting: Those of them that may be trained further.
        """
        if not waiting:
            return []
        measured = [trial for trial in trials if log_losses(trial) and trial.state != TrialState.FAIL]
        means, covariances = self.predict(self.of_trials(measured), [self._ladder.top])
        mask = non_dominated_within_noise(means[:, 0], costs_of(measured), noise=np.sqrt(covariances[:, 0, 0]))
        numbers = {trial.number for trial, is_member in zip(measured, mask, strict=True) if is_member}
        return [trial for trial in waiting if trial.number in numbers]

    def of_trials(self, trials: Sequence[FrozenTrial]) -> FloatArray:
        """Features of trials, shape (n, n_columns), to ask predictions for."""
        return self._features[[self._row[trial.number] for trial in trials]]

    def of_candidates(self, candidates: Sequence[Candidate]) -> FloatArray:
        """Features of networks that are not in the pool, shape (n, n_columns). Params that are new are passed over."""
        costs = np.array([candidate.cost for candidate in candidates])
        sizes = [candidate.parameters for candidate in candidates]
        return self._encode([candidate.params for candidate in candidates], costs, sizes).features

    def of_pool(self) -> FloatArray:
        """Features of the pool, shape (n, n_columns)."""
        return self._features[self._first_of_pool :]

    def predict(self, features: FloatArray, rungs: Sequence[int]) -> tuple[FloatArray, FloatArray]:
        """Means, shape (n, n_rungs), and covariances, (n, n_rungs, n_rungs), of log losses at these rungs."""
        with one_thread():
            return self._surrogate.predict_jointly(features, [self._ladder.rungs.index(rung) for rung in rungs])

    def given_training(self, features: FloatArray, milestone: int) -> "Posterior":
        """The same, with the loss that is expected of networks at a rung counted as measured.

        Args:
            features: Of the networks, shape (n, n_columns).
            milestone: Epochs of the rung that they are trained up to.
        """
        given = copy.copy(self)
        rungs = np.full(len(features), self._ladder.rungs.index(milestone))
        with one_thread():
            given._surrogate = self._surrogate.condition_on_fantasies(features, rungs)
        return given

    def _encode(self, params: Sequence[Mapping[str, Any]], costs: FloatArray, sizes: Sequence[float]) -> Encoded:
        encoded = encode(
            params,
            self._distributions,
            costs=self._problem.rectangle.positions(costs),
            sizes=self._positions_of_sizes(sizes),
        )
        if self._source_task_mean is None:
            return encoded
        features = np.column_stack([encoded.features, self._source_task_mean.predict(params, costs)])
        return Encoded(features, np.append(encoded.groups, SOURCE_TASK_MEAN), encoded.lines)

    def _positions_of_sizes(self, sizes: Sequence[float]) -> FloatArray:
        """From 0 to 1, shape (n,); in the middle where all that are known are the same, or none is."""
        smallest, largest = self._size_range
        return log_positions(sizes, smallest, largest) if 0 < smallest < largest else np.full(len(sizes), 0.5)

    def _pending(self, trials: Sequence[FrozenTrial]) -> tuple[FloatArray, IntArray]:
        """Features of what is being trained, shape (n, n_columns), and the rung that each is trained up to."""
        rungs = self._ladder.rungs
        pending = [t for t in trials if is_training(t) and t.user_attrs.get(attr.MILESTONE) in rungs]
        milestones = [rungs.index(trial.user_attrs[attr.MILESTONE]) for trial in pending]
        return self.of_trials(pending), np.array(milestones, dtype=int)

    def _subset(self, observations: Observations, costs: FloatArray, size: int) -> IntArray:
        """Indices of `size` observations: the fronts of the rungs, then the top rung's others, then any."""
        number = len(observations.values)
        if number <= size:
            return np.arange(number)
        chosen: list[int] = []
        for rung in range(len(self._ladder.rungs) - 1, -1, -1):
            at_rung = np.flatnonzero(observations.rungs == rung)
            chosen += at_rung[front(observations.values[at_rung], costs[at_rung])].tolist()
        at_top = np.flatnonzero(observations.rungs == len(self._ladder.rungs) - 1)
        for group in (at_top, np.arange(number)):
            others = sorted(set(group.tolist()) - set(chosen))
            chosen += self._random.sample(others, min(len(others), size - min(len(chosen), size)))
        return np.sort(np.array(chosen[:size]))

"""What the trials of a study have taught: the surrogate, given every result at every rung.

What is being trained now is taken as measured already, as it is expected to be: predictions stay as they are, but are
as sure as they will be. So of many workers no two ask the same question.

References:
    Ginsbourger, Le Riche, Carraro (2010), Kriging is well-suited to parallelize optimization: the kriging believer.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.gp.encoding import Encoded, encode
from search.optimizer.gp.parameters import SOURCE_TASK_MEAN, GPParameters, Observations, warp_outliers
from search.optimizer.gp.surrogate import Surrogate, fit
from search.optimizer.gp.threads import one_thread
from search.optimizer.networks.candidates import Candidate
from search.optimizer.pareto import Bounds, front
from search.optimizer.rungs import Ladder, non_dominated_within_noise
from search.optimizer.sampler.warm_start import SourceTaskMean
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import costs_of, is_start_point, is_training, last_rung, log_losses

MOST_FITTED = 150
"""Results that the surrogate's parameters are fitted to at the most."""

MOST_CONDITIONED_ON = 450
"""Results that predictions follow from at the most."""


class Posterior:
    """Predictions of log losses at every rung, for trials and for networks that could be next.

    Args:
        trials: Any; those with results teach.
        pool: Networks that could be next.
        ladder: The study's rungs.
        bounds: Of the hypervolume, for the scale of costs.
        random: Draws what to believe of choices, and which results are left out where there are very many.
        trend: What an earlier study makes of networks, if the study was started from one.
    """

    def __init__(
        self,
        trials: Sequence[FrozenTrial],
        pool: Sequence[Candidate],
        *,
        ladder: Ladder,
        bounds: Bounds,
        random: Random,
        source_task_mean: SourceTaskMean | None = None,
    ) -> None:
        self._ladder = ladder
        self._random = random
        with_cost = [trial for trial in trials if attr.MACS in trial.user_attrs]
        self._row = {trial.number: row for row, trial in enumerate(with_cost)}
        self._first_of_pool = len(with_cost)
        answers = [*(trial.params for trial in with_cost), *(candidate.values for candidate in pool)]
        prices = [*costs_of(with_cost), *(candidate.cost for candidate in pool)]
        encoded = encode(answers, _distributions(with_cost, pool), costs=bounds.places(prices))
        if source_task_mean is not None:
            encoded = _with_source_task_mean(encoded, source_task_mean.of(answers, prices))
        self._features = encoded.features
        observations, costs = self._observations(with_cost)
        layout = GPParameters(encoded.groups, np.array(ladder.rungs, dtype=float), encoded.cost)
        with one_thread():
            drawn = layout.drawn(np.random.default_rng(random.getrandbits(32)))
            parameters = fit(observations.take(self._some(observations, costs, MOST_FITTED)), layout, expected=drawn)
            kept = observations.take(self._some(observations, costs, MOST_CONDITIONED_ON))
            self._surrogate = Surrogate(kept, layout, parameters).condition_on_fantasies(*self._pending(with_cost))

    def noise(self, rung: int) -> float:
        """Standard deviation of a measured log loss at a rung."""
        return self._surrogate.noise(self._ladder.rungs.index(rung))

    def must_promote(self, trials: Sequence[FrozenTrial], waiting: Sequence[FrozenTrial]) -> list[FrozenTrial]:
        """Those of the waiting trials that may not be stopped at their rung; the highest rung first.

        They are non-dominated there, seen optimistically, or start points: every front has these to compare with. When
        a start point is trained to its end is decided like that of any other, since some cost as much as ten others.

        Args:
            trials: Those that were learnt from.
            waiting: Those of them that may be trained further.
        """
        found: list[FrozenTrial] = []
        for rung in sorted({last_rung(trial) for trial in waiting}, reverse=True):
            peers = [trial for trial in trials if rung in log_losses(trial)]
            losses = [log_losses(trial)[rung] for trial in peers]
            kept = non_dominated_within_noise(losses, costs_of(peers), noise=self.noise(rung))
            numbers = {trial.number for trial, keep in zip(peers, kept, strict=True) if keep}
            here = [trial for trial in waiting if last_rung(trial) == rung]
            found += [trial for trial in here if trial.number in numbers or is_start_point(trial)]
        return found

    def promotable(self, trials: Sequence[FrozenTrial], waiting: Sequence[FrozenTrial]) -> list[FrozenTrial]:
        """Those of the waiting trials whose predicted loss at the top, less its deviation, is non-dominated there.

        Networks that learn slowly are dominated at a low rung and need not be at the top, and the surrogate can tell.

        Args:
            trials: Those that were learnt from.
            waiting: Those of them that may be trained further.
        """
        if not waiting:
            return []
        known = [trial for trial in trials if log_losses(trial) and trial.state != TrialState.FAIL]
        means, covariances = self.predict(self.of_trials(known), [self._ladder.top])
        hope = non_dominated_within_noise(means[:, 0], costs_of(known), noise=np.sqrt(covariances[:, 0, 0]))
        numbers = {trial.number for trial, promotable in zip(known, hope, strict=True) if promotable}
        return [trial for trial in waiting if trial.number in numbers]

    def of_trials(self, trials: Sequence[FrozenTrial]) -> np.ndarray:
        """Features of trials, shape (n, n_columns), to ask predictions for."""
        return self._features[[self._row[trial.number] for trial in trials]]

    def of_pool(self) -> np.ndarray:
        """Features of the pool, shape (n, n_columns)."""
        return self._features[self._first_of_pool :]

    def predict(self, features: np.ndarray, rungs: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Means, shape (n, n_rungs), and covariances, (n, n_rungs, n_rungs), of log losses at these rungs."""
        with one_thread():
            return self._surrogate.predict_jointly(features, [self._ladder.rungs.index(rung) for rung in rungs])

    def _observations(self, with_cost: Sequence[FrozenTrial]) -> tuple[Observations, np.ndarray]:
        """What was measured, and the cost of the network that each was measured of."""
        rungs = self._ladder.rungs
        found = [
            (row, rungs.index(rung), value)
            for row, trial in enumerate(with_cost)
            for rung, value in log_losses(trial).items()
            if rung in rungs
        ]
        rows, at, values = (np.array(column) for column in zip(*found, strict=True))
        costs = costs_of(with_cost)[rows]
        return warp_outliers(Observations(self._features[rows], at, values), costs), costs

    def _pending(self, with_cost: Sequence[FrozenTrial]) -> tuple[np.ndarray, np.ndarray]:
        """Features of what is being trained, shape (n, n_columns), and the rung that each is trained up to."""
        rungs = self._ladder.rungs
        running = [t for t in with_cost if is_training(t) and t.user_attrs.get(attr.MILESTONE) in rungs]
        return self.of_trials(running), np.array(
            [rungs.index(t.user_attrs[attr.MILESTONE]) for t in running], dtype=int
        )

    def _some(self, observations: Observations, costs: np.ndarray, most: int) -> np.ndarray:
        """Indices of `most` observations: the fronts of the rungs, then the top rung's others, then any."""
        number = len(observations.values)
        if number <= most:
            return np.arange(number)
        kept: list[int] = []
        for rung in range(len(self._ladder.rungs) - 1, -1, -1):
            here = np.flatnonzero(observations.rungs == rung)
            kept += here[front(observations.values[here], costs[here])].tolist()
        at_top = np.flatnonzero(observations.rungs == len(self._ladder.rungs) - 1)
        for group in (at_top, np.arange(number)):
            others = sorted(set(group.tolist()) - set(kept))
            kept += self._random.sample(others, min(len(others), most - min(len(kept), most)))
        return np.sort(kept[:most])


def _with_source_task_mean(encoded: Encoded, values: np.ndarray) -> Encoded:
    return Encoded(
        np.column_stack([encoded.features, values]), np.append(encoded.groups, SOURCE_TASK_MEAN), encoded.cost
    )


def _distributions(trials: Sequence[FrozenTrial], pool: Sequence[Candidate]) -> Mapping[str, BaseDistribution]:
    found: dict[str, Any] = {}
    for part in (*trials, *pool):
        found |= part.distributions
    return dict(sorted(found.items()))

"""The `known-cost` sampler: learns accuracy alone, and asks what it is worth at each network's own, known cost."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from search.optimizer import attributes as attr
from search.optimizer.acquisition import expected_gain
from search.optimizer.candidates import Candidate, candidates
from search.optimizer.caps import Caps
from search.optimizer.encoding import encode
from search.optimizer.hyperparameters import draw
from search.optimizer.pareto import Bounds, front
from search.optimizer.surrogate import Layout, Observations, Surrogate, fit, limit_outliers

FIRST = 4
"""Networks spread evenly over log cost before anything is learnt."""

TRIES = 500
"""Random draws, and as many variations of the front, that a proposal chooses from."""

MOST_LEARNT_FROM = 300
"""Results that the surrogate is given at the most: the front and as many others, drawn at random, as fit."""

LEAST_LOSS = 1e-4


class KnownCostSampler(BaseSampler):
    """Proposes the network with the largest expected gain in hypervolume at its own cost, per second of training.

    A proposal is never over a cap, never a known network, and never dominated in cost and predicted loss by another of
    the pool it was chosen from.

    Args:
        space: Describes and prices networks.
        seed: Of this proposal.
        bounds: Of the hypervolume.
        caps: What a network may cost.
    """

    def __init__(self, space, *, seed: int, bounds: Bounds, caps: Caps) -> None:
        self._space, self._bounds, self._caps = space, bounds, caps
        self._random = Random(seed)
        self._answers: dict[int, Mapping[str, Any]] = {}

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Nothing: whole networks are proposed, in `before_trial`."""
        return {}

    def sample_relative(self, study: optuna.Study, trial: FrozenTrial, search_space) -> dict[str, Any]:
        """Nothing, likewise."""
        return {}

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        """Choose the network, unless the trial was queued with one."""
        if "fixed_params" not in trial.system_attrs:
            trials = [other for other in study.get_trials(deepcopy=False) if other.number != trial.number]
            self._answers[trial.number] = self.propose(trials)

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """The chosen network's answer; a random one to a question that it was not asked."""
        answers = self._answers.get(trial.number, {})
        return answers[param_name] if param_name in answers else draw(param_distribution, self._random)

    def propose(self, trials: Sequence[FrozenTrial]) -> Mapping[str, Any]:
        """Answers that describe the next network; empty where no new one was found.

        Args:
            trials: All others of the study: complete, failed and running ones.
        """
        known = {trial.user_attrs[attr.KEY] for trial in trials if attr.KEY in trial.user_attrs}
        learnt = self._learnable(trials)
        parents = [learnt[index].params for index in front(*_losses_and_costs(learnt))]
        pool = candidates(self._space, parents=parents, known=known, caps=self._caps, number=TRIES, random=self._random)
        if not pool:
            return {}
        if len(learnt) < FIRST:
            return self._spread(pool, len(known)).values
        running = [t for t in trials if t.state == TrialState.RUNNING and attr.MACS in t.user_attrs]
        return self._best(pool, learnt, running).values

    def _learnable(self, trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
        """Trials with a loss, failed ones among them; a part of them where there are very many."""
        learnt = [trial for trial in trials if _loss(trial) is not None]
        if len(learnt) <= MOST_LEARNT_FROM:
            return learnt
        kept = set(front(*_losses_and_costs(learnt)).tolist())
        others = [index for index in range(len(learnt)) if index not in kept]
        kept |= set(self._random.sample(others, max(0, MOST_LEARNT_FROM - len(kept))))
        return [learnt[index] for index in sorted(kept)]

    def _spread(self, pool: list[Candidate], number: int) -> Candidate:
        """The candidate nearest to the next cost of a sequence that fills the range evenly."""
        low, high = np.log(self._bounds.lowest_cost), np.log(self._bounds.highest_cost)
        wanted = low + (high - low) * _van_der_corput(number + 1)
        return min(pool, key=lambda candidate: abs(np.log(candidate.cost) - wanted))

    def _best(self, pool: list[Candidate], learnt: list[FrozenTrial], running: list[FrozenTrial]) -> Candidate:
        means, deviations, levels = self._predict(pool, learnt, running)
        costs = np.array([candidate.cost for candidate in pool])
        gains = expected_gain(
            means,
            deviations,
            costs,
            front_losses=np.exp(levels),
            front_costs=np.array([trial.user_attrs[attr.MACS] for trial in [*learnt, *running]], dtype=float),
            bounds=self._bounds,
        )
        worth = gains / relative_seconds(learnt, costs)
        # Where nothing promises a gain, the least known is next.
        worth = worth if worth.max() > 0 else deviations
        undominated = front(means, costs)
        return pool[undominated[np.argmax(worth[undominated])]]

    def _predict(self, pool: list[Candidate], learnt: list[FrozenTrial], running: list[FrozenTrial]):
        """Means and deviations of the pool's log losses, and the levels of what is learnt and what runs.

        Levels are predictions too, so that a lucky measurement is not trusted, and a running trial counts as what it is
        expected to reach.
        """
        told = [*learnt, *running]
        encoded = encode(
            [*(trial.params for trial in told), *(candidate.values for candidate in pool)],
            _distributions(told, pool),
            measures=self._measures([*(t.user_attrs[attr.MACS] for t in told), *(c.cost for c in pool)]),
        )
        layout = Layout(encoded.groups, np.ones(1))
        losses = np.maximum([_loss(trial) for trial in learnt], LEAST_LOSS)
        observations = limit_outliers(
            Observations(encoded.features[: len(learnt)], np.zeros(len(learnt), dtype=int), np.log(losses))
        )
        surrogate = Surrogate(observations, layout, fit(observations, layout))
        means, deviations = surrogate.predict(encoded.features, 0)
        return means[len(told) :], deviations[len(told) :], means[: len(told)]

    def _measures(self, costs: Sequence[float]) -> np.ndarray:
        low, high = np.log(self._bounds.lowest_cost), np.log(self._bounds.highest_cost)
        return ((np.log(costs) - low) / (high - low))[:, None]


def relative_seconds(trials: Sequence[FrozenTrial], costs: np.ndarray) -> np.ndarray:
    """How long trainings take, up to a factor: a power of the cost, fitted to the trials that have a time.

    Args:
        trials: Those with results.
        costs: Array of shape (n,), multiply-adds.
    Returns:
        Array of shape (n,); all 1 where too little is known. The power is kept from 0 to 1.
    """
    timed = [(t.user_attrs[attr.MACS], t.user_attrs[attr.SECONDS]) for t in trials if t.user_attrs.get(attr.SECONDS)]
    logs = np.log(np.array(timed, dtype=float).reshape(-1, 2))
    if len(logs) < FIRST or np.ptp(logs[:, 0]) == 0:
        return np.ones(len(costs))
    power = float(np.clip(np.polyfit(logs[:, 0], logs[:, 1], 1)[0], 0, 1))
    return np.asarray(costs) ** power


def _loss(trial: FrozenTrial) -> float | None:
    """1 - accuracy of a complete trial, 1 for a failed one; None for what taught nothing."""
    if attr.MACS not in trial.user_attrs or attr.INTERRUPTED in trial.user_attrs:
        return None
    if trial.state == TrialState.FAIL:
        return 1.0
    if trial.state != TrialState.COMPLETE or np.isnan(trial.values[0]):
        return None
    return 1 - trial.values[0]


def _losses_and_costs(trials: Sequence[FrozenTrial]) -> tuple[np.ndarray, np.ndarray]:
    losses = np.array([_loss(trial) for trial in trials], dtype=float)
    return losses, np.array([trial.user_attrs[attr.MACS] for trial in trials], dtype=float)


def _distributions(trials: Sequence[FrozenTrial], pool: Sequence[Candidate]) -> dict[str, BaseDistribution]:
    found: dict[str, BaseDistribution] = {}
    for part in (*trials, *pool):
        found |= part.distributions
    return dict(sorted(found.items()))


def _van_der_corput(index: int) -> float:
    """The `index`-th number, from 1 on, of a sequence that halves every gap in turn: 1/2, 1/4, 3/4, 1/8, ..."""
    value, step = 0.0, 0.5
    while index:
        value += step * (index & 1)
        index, step = index >> 1, step / 2
    return value

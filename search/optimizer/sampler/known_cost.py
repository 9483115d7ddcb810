"""The `known-cost` sampler: learns accuracy alone, and asks what it is worth at each network's own, known cost.

It chooses the next training, be it of a new network up to the lowest rung or of a waiting one up to its next, by one
measure: expected gain in hypervolume per expected second.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.networks.candidates import Candidate, Draws, candidates
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import draw
from search.optimizer.networks.objective import FLOPS, Objective
from search.optimizer.pareto import Bounds, front
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.sampler.promotion_acquisition import PromotionAcquisition
from search.optimizer.sampler.training_time import even_in_time, power_of_cost
from search.optimizer.sampler.warm_start import SourceTaskMean
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import costs_of, last_rung, log_losses

N_STARTUP_TRIALS = 12
"""Networks spread over log cost, as long on cheap ones as on dear ones, before anything is learnt."""

EXPLORING = 0.1
"""Epochs of networks chosen from a few random ones, for each epoch of others: the surrogate may be sure and wrong.

Its parameters come from few results, so that it may lay a good network's merit, or a bad one's, on the wrong choice and
then stay away from whole regions. It may, too, see small gains in one long training after the other; so it is a share
of epochs, not of networks.
"""

EXPLORED = 3
"""How many random ones that is."""


class KnownCostSampler(BaseSampler):
    """Proposes the training with the largest expected gain in hypervolume at its network's own cost, per second.

    A proposal is never over a cap, never a known network, and never dominated in cost and predicted loss by another of
    the pool it was chosen from.

    Args:
        space: Describes networks.
        seed: Of this proposal.
        bounds: Of the hypervolume.
        caps: What a network may cost.
        ladder: Of the study.
        objective: Prices networks.
        trend: What an earlier study makes of networks, if the study was started from one.
        draws: Gives the random networks to choose from; by default others for each seed.
    """

    def __init__(
        self,
        space,
        *,
        seed: int,
        bounds: Bounds,
        caps: Caps,
        ladder: Ladder,
        objective: Objective = FLOPS,
        source_task_mean: SourceTaskMean | None = None,
        draws: Callable[[], Iterable[Candidate]] | None = None,
    ) -> None:
        self._space, self._bounds, self._caps, self._ladder = space, bounds, caps, ladder
        self._objective, self._source_task_mean = objective, source_task_mean
        self._random = Random(seed)
        self._draws = draws or partial(Draws(space, caps=caps, objective=objective, seed=seed).at, 0)
        self._chosen: Mapping[str, Any] | None = None
        self.posterior: Posterior | None = None  # from which `decide` chose; None where it did not need to
        self._answers: dict[int, Mapping[str, Any]] = {}

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Nothing: whole networks are proposed, in `before_trial`."""
        return {}

    def sample_relative(self, study: optuna.Study, trial: FrozenTrial, search_space) -> dict[str, Any]:
        """Nothing, likewise."""
        return {}

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        """Choose the network, unless the trial was queued with one, or `decide` has chosen already."""
        if "fixed_params" in trial.system_attrs:
            return
        if self._chosen is None:
            self.decide([t for t in study.get_trials(deepcopy=False) if t.number != trial.number], waiting=[])
        self._answers[trial.number], self._chosen = self._chosen or {}, None

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """The chosen network's answer; a random one to a question that it was not asked."""
        answers = self._answers.get(trial.number, {})
        return answers[param_name] if param_name in answers else draw(param_distribution, self._random)

    def decide(
        self, trials: Sequence[FrozenTrial], waiting: Sequence[FrozenTrial], *, known: Collection[str] | None = None
    ) -> FrozenTrial | Mapping[str, Any]:
        """The next training: a waiting trial, to go on; or answers that describe a new network.

        Answers are kept for the next `before_trial`, and empty where no new network was found.

        Args:
            trials: Those to learn from.
            waiting: Those of them that may be trained further.
            known: Keys of networks that are not to be proposed again; by default those of the trials.
        """
        if known is None:
            known = {trial.user_attrs[attr.KEY] for trial in trials if attr.KEY in trial.user_attrs}
        pool = candidates(
            self._space,
            draws=self._draws(),
            parents=_best(trials),
            known=known,
            caps=self._caps,
            objective=self._objective,
            random=self._random,
        )
        if sum(bool(log_losses(trial)) for trial in trials) >= N_STARTUP_TRIALS:
            return self._weigh(trials, waiting, pool)
        self._chosen = self._spread(trials, pool, len(known)).values if pool else {}
        return self._chosen

    def first_of(
        self, trials: Sequence[FrozenTrial], waiting: Sequence[FrozenTrial], posterior: Posterior
    ) -> FrozenTrial:
        """Of trials that will all be trained further, the one to begin with.

        Args:
            trials: Those that were learnt from.
            waiting: Those of them to choose from, one or more.
            learnt: From these trials.
        """
        return waiting[int(np.argmax(self._worth(posterior, trials).of_waiting(waiting)))]

    def _spread(self, trials: Sequence[FrozenTrial], pool: list[Candidate], number: int) -> Candidate:
        """The candidate nearest to the next cost of a sequence that fills the range, evenly in time."""
        place = even_in_time(_van_der_corput(number + 1), power_of_cost(trials) * self._bounds.width)
        places = self._bounds.places([candidate.cost for candidate in pool])
        return pool[int(np.argmin(np.abs(places - place)))]

    def _weigh(
        self, trials: Sequence[FrozenTrial], waiting: Sequence[FrozenTrial], pool: list[Candidate]
    ) -> FrozenTrial | Mapping[str, Any]:
        posterior = self.posterior = self._learn(trials, pool)
        worth = self._worth(posterior, trials)
        every = list(range(len(pool)))
        candidate, best = self._best_of_pool(worth, pool, every) if pool else (None, 0.0)
        chosen: FrozenTrial | Mapping[str, Any] = candidate.values if candidate else {}
        epochs = self._ladder.rungs[0]
        worthy = {t.number for t in (*posterior.must_promote(trials, waiting), *posterior.promotable(trials, waiting))}
        waiting = [trial for trial in waiting if trial.number in worthy]
        if waiting and (of_waiting := worth.of_waiting(waiting)).max() > best:
            chosen = waiting[int(np.argmax(of_waiting))]
            resume_from = last_rung(chosen)
            epochs = self._ladder.epochs_to_train(resume_from, self._ladder.after(resume_from))
        drawn = [index for index in every if not pool[index].varied]
        if drawn and self._explores_before(epochs):
            few = self._random.sample(drawn, min(EXPLORED, len(drawn)))
            chosen = self._best_of_pool(worth, pool, few)[0].values
        if not isinstance(chosen, FrozenTrial):
            self._chosen = chosen
        return chosen

    def _explores_before(self, epochs: int) -> bool:
        """Whether a random network is begun before what would take so many epochs, which is then weighed again.

        With a chance p, p / (1 - p) random networks come before it on average.
        """
        networks = EXPLORING * epochs / self._ladder.rungs[0]
        return self._random.random() < networks / (1 + networks)

    def _best_of_pool(
        self, worth: PromotionAcquisition, pool: list[Candidate], among: list[int]
    ) -> tuple[Candidate, float]:
        """The candidate worth most, of those with these indices, and its worth."""
        pool = [pool[index] for index in among]
        features, costs = worth.posterior.of_pool()[among], np.array([candidate.cost for candidate in pool])
        means, covariances = worth.posterior.predict(features, [self._ladder.top])
        undominated = front(means[:, 0], costs)
        each = worth.of(features[undominated], costs[undominated], resume_from=0)
        if each.max() > 0:
            return pool[undominated[np.argmax(each)]], float(each.max())
        # Where nothing promises a gain, the least known is next.
        return pool[undominated[np.argmax(covariances[undominated, 0, 0])]], 0.0

    def _worth(self, posterior: Posterior, trials: Sequence[FrozenTrial]) -> PromotionAcquisition:
        return PromotionAcquisition(posterior, trials, ladder=self._ladder, bounds=self._bounds)

    def _learn(self, trials: Sequence[FrozenTrial], pool: Sequence[Candidate]) -> Posterior:
        return Posterior(
            trials,
            pool,
            ladder=self._ladder,
            bounds=self._bounds,
            random=self._random,
            source_task_mean=self._source_task_mean,
        )


def _best(trials: Sequence[FrozenTrial]) -> list[Mapping[str, Any]]:
    """Answers of the networks on the front of any rung."""
    results = [(trial, log_losses(trial)) for trial in trials if trial.state != TrialState.FAIL]
    best: dict[int, Mapping[str, Any]] = {}
    for rung in sorted({rung for _, losses in results for rung in losses}):
        here = [(trial, losses[rung]) for trial, losses in results if rung in losses]
        members = front(np.array([loss for _, loss in here]), costs_of([trial for trial, _ in here]))
        best |= {here[index][0].number: here[index][0].params for index in members}
    return list(best.values())


def _van_der_corput(index: int) -> float:
    """The `index`-th number, from 1 on, of a sequence that halves every gap in turn: 1/2, 1/4, 3/4, 1/8, ..."""
    value, step = 0.0, 0.5
    while index:
        value += step * (index & 1)
        index, step = index >> 1, step / 2
    return value

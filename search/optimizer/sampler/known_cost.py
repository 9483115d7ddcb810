"""The `known-cost` sampler: it learns accuracy alone, and weighs it at each network's own, known cost.

It chooses the next training by one measure, expected gain in hypervolume per expected second: that of a new network up
to the lowest rung, or of a waiting one up to its next.
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

from search.optimizer.arrays import FloatArray
from search.optimizer.networks.candidates import Candidate, RandomCandidates, candidates, variations
from search.optimizer.networks.describe import must_build
from search.optimizer.networks.hyperparameters import draw
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import front
from search.optimizer.sampler import initial_design
from search.optimizer.sampler.base import NewTrial, Promotion, StudyState
from search.optimizer.sampler.batch import Options, batch_size
from search.optimizer.sampler.fronts import fronts_by_rung
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.sampler.promotion_acquisition import PromotionAcquisition
from search.optimizer.sampler.warm_start import SourceTaskMean
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import cost_of, last_rung, n_with_result

Fronts = Mapping[int, Sequence[FrozenTrial]]
"""Rung to the trials that are non-dominated there."""

EXPLORATION = 0.1
"""Time spent on networks that are chosen from a few random ones, for each second spent on others.

The surrogate may be sure and wrong: its parameters come from few results. It may ascribe the loss of a network to the
wrong choice, and then avoid whole regions. It is a share of the time, not of networks, because the surrogate may also
see small gains in one long training after the other, and a random network may take twenty times as long as another.
"""

ROUNDS = 3
"""Of variation of the best candidates."""

VARIATIONS, PARENTS = 100, 10
"""Networks that are made in a round, and from how many."""

N_EXPLORED = 3
"""Random networks that such a network is chosen from."""


class KnownCostDecision:
    """Decides for the training with the largest expected gain in hypervolume at its network's own cost, per second.

    A proposal is never over a cap, never a known network, and never dominated in cost and predicted loss by another of
    the pool that it was chosen from.

    Args:
        problem: What is searched; with bounds.
        seed: Of this decision, and of those that share what is learnt for it.
        source_task_mean: What an earlier study predicts of networks, if the study was started from one.
        draws: Gives the random networks for a batch of so many decisions; by default others for each seed.
        exploration: See `EXPLORATION`.
        n_startup_trials: Trials with a result before anything is learnt; by default those of `initial_design`.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        seed: int,
        source_task_mean: SourceTaskMean | None = None,
        draws: Callable[[int], Iterable[Candidate]] | None = None,
        exploration: float = EXPLORATION,
        n_startup_trials: int | None = None,
    ) -> None:
        self._problem, self._source_task_mean, self._exploration = problem, source_task_mean, exploration
        self._n_startup_trials = n_startup_trials or initial_design.n_startup_trials(problem.ladder)
        self._random = Random(seed)
        self._draws = draws or partial(RandomCandidates(problem, seed=seed).at, 0)
        self._options: Options | None = None
        self._chosen: Candidate | FrozenTrial | None = None  # by the last decision
        self._decisions_left = 0

    def decide_again(self, *, known: Collection[str], waiting: Collection[int]) -> NewTrial | Promotion | None:
        """The next training, from what was learnt for the last; None where it is time to learn anew. See `batch`."""
        options = self._next_options(known=known, waiting=waiting)
        return None if options is None else self._choose(options)

    def decide(self, state: StudyState) -> NewTrial | Promotion:
        """The next training. Its params are empty where no new network was found, and then drawn at random."""
        fronts = fronts_by_rung([trial for trial in state.trials if trial.state != TrialState.FAIL])
        has_started = n_with_result(state.trials) >= self._n_startup_trials
        if has_started and (start_point := _leading_start_point(state.waiting, fronts)) is not None:
            return Promotion(start_point)
        batch = batch_size(state.trials)
        drawn, parents = self._draws(batch), _parents(fronts)
        pool = candidates(self._problem, drawn=drawn, parents=parents, known=state.known, random=self._random)
        if has_started:
            self._decisions_left = batch - 1
            return self._weigh(state, pool)
        if not pool:
            return self._new_trial(None)
        first = initial_design.next_of_design(
            state.trials, pool, problem=self._problem, known=state.known, random=self._random
        )
        return self._new_trial(first)

    def decide_promotion(self, state: StudyState) -> Promotion | None:
        """Of the trials that must be promoted, the one whose next training has the largest acquisition."""
        if not state.waiting:
            return None
        posterior = self._learn(state.trials, [])
        promoted = posterior.must_promote(state.trials, state.waiting)
        if not promoted:
            return None
        self._options = Options(self._acquisition(posterior, state.trials), [], [], promoted, [])
        self._decisions_left = batch_size(state.trials) - 1
        return self._promote(self._options)

    def decide_promotion_again(self, *, waiting: Collection[int]) -> Promotion | None:
        """The next of the trials that must be promoted, from what was learnt for the last; see `decide_again`."""
        options = self._next_options(known=(), waiting=waiting)
        return None if options is None else self._promote(options)

    def _promote(self, options: Options) -> Promotion | None:
        """The waiting trial whose next training has the largest acquisition."""
        if not options.waiting:
            return None
        values = options.acquisition.of_waiting(options.waiting)
        self._chosen = options.waiting[int(np.argmax(values))]
        return Promotion(self._chosen, options.acquisition.posterior)

    def _next_options(self, *, known: Collection[str], waiting: Collection[int]) -> Options | None:
        """What the next decision of the batch chooses from; None where the batch has ended."""
        if not self._decisions_left or self._options is None or self._chosen is None:
            return None
        self._decisions_left -= 1
        self._options = self._options.after(self._chosen, known=known, waiting=waiting)
        return self._options

    def explores_before(self, time: float, *, exploring: float) -> bool:
        """Whether a random network is begun instead of a training, which a later decision may choose.

        With a chance p, p / (1 - p) random networks come before it on average.

        Args:
            time: That the training takes.
            exploring: That the random network takes, in the same unit.
        """
        networks = self._exploration * time / exploring
        return self._random.random() < networks / (1 + networks)

    def _weigh(self, state: StudyState, pool: Sequence[Candidate]) -> NewTrial | Promotion:
        trials = state.trials
        posterior = self._learn(trials, pool)
        acquisition = self._acquisition(posterior, trials)
        ranked = rank_candidates(acquisition, pool, posterior.of_pool(), top=self._top) if pool else []
        ranked = self._vary(ranked, acquisition, {*state.known, *(candidate.key for candidate in pool)})
        promotable = (*posterior.must_promote(trials, state.waiting), *posterior.promotable(trials, state.waiting))
        numbers = {trial.number for trial in promotable}
        waiting = [trial for trial in state.waiting if trial.number in numbers]
        drawn = [candidate for candidate in pool if not candidate.mutated]
        networks = [candidate for candidate, _ in ranked]
        self._options = Options(acquisition, networks, [value for _, value in ranked], waiting, drawn)
        return self._choose(self._options)

    def _choose(self, options: Options) -> NewTrial | Promotion:
        """The option with the largest acquisition; now and then one of a few random networks."""
        acquisition, ladder = options.acquisition, self._problem.ladder
        candidate, best = (options.candidates[0], options.values[0]) if options.candidates else (None, 0.0)
        promoted, epochs, cost = None, ladder.rungs[0], candidate.cost if candidate else 0
        if options.waiting and (of_waiting := acquisition.of_waiting(options.waiting)).max() > best:
            promoted = options.waiting[int(np.argmax(of_waiting))]
            resume_from = last_rung(promoted)
            epochs, cost = ladder.epochs_to_train(resume_from, ladder.after(resume_from)), cost_of(promoted)
        if explored := self._explored(options):
            times = acquisition.epoch_time(np.array([cost, explored.cost])) * (epochs, ladder.rungs[0])
            if self.explores_before(times[0], exploring=times[1]):
                candidate, promoted = explored, None
        self._chosen = promoted or candidate
        posterior = acquisition.posterior
        return self._new_trial(candidate, posterior) if promoted is None else Promotion(promoted, posterior)

    def _explored(self, options: Options) -> Candidate | None:
        """The best of a few random networks."""
        if not options.drawn:
            return None
        few = self._random.sample(options.drawn, min(N_EXPLORED, len(options.drawn)))
        features = options.acquisition.posterior.of_candidates(few)
        return rank_candidates(options.acquisition, few, features, top=self._top)[0][0]

    def _vary(
        self, ranked: list[tuple[Candidate, float]], acquisition: PromotionAcquisition, known: set[str]
    ) -> list[tuple[Candidate, float]]:
        """Vary the best candidates, and the best of all these, some rounds long.

        The pool is made without knowledge of the acquisition. Its best is seldom the best of the space.
        """
        if must_build(self._problem.space):
            return ranked
        for _ in range(ROUNDS if ranked else 0):
            parents = [candidate.params for candidate, _ in ranked[:PARENTS]]
            varied = variations(self._problem, parents, known=known, random=self._random, count=VARIATIONS)
            if not varied:
                break
            known |= {candidate.key for candidate in varied}
            features = acquisition.posterior.of_candidates(varied)
            ranked = [*ranked, *rank_candidates(acquisition, varied, features, top=self._top)]
            ranked.sort(key=lambda pair: -pair[1])
        return ranked

    def _new_trial(self, candidate: Candidate | None, posterior: Posterior | None = None) -> NewTrial:
        params = candidate.params if candidate else {}
        return NewTrial(params, FixedParamsSampler(params, self._random), posterior)

    @property
    def _top(self) -> int:
        return self._problem.ladder.top

    def _acquisition(self, posterior: Posterior, trials: Sequence[FrozenTrial]) -> PromotionAcquisition:
        return PromotionAcquisition(posterior, trials, problem=self._problem)

    def _learn(self, trials: Sequence[FrozenTrial], pool: Sequence[Candidate]) -> Posterior:
        return Posterior(
            trials, pool, problem=self._problem, random=self._random, source_task_mean=self._source_task_mean
        )


class FixedParamsSampler(BaseSampler):
    """Suggests params that were chosen before; a random value for a param that was not.

    Args:
        params: Value by name.
        random: Draws the others.
    """

    def __init__(self, params: Mapping[str, Any], random: Random) -> None:
        self._params, self._random = params, random

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Nothing: params are suggested one by one."""
        return {}

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Nothing, likewise."""
        return {}

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """The chosen value, or a random one."""
        if param_name in self._params:
            return self._params[param_name]
        return draw(param_distribution, self._random)


def rank_candidates(
    acquisition: PromotionAcquisition, pool: Sequence[Candidate], features: FloatArray, *, top: int
) -> list[tuple[Candidate, float]]:
    """The candidates that are non-dominated in cost and predicted loss, with their acquisition; the largest first.

    Where all have the same cost, it decides nothing, and each of them has a chance.

    Args:
        acquisition: Of the study.
        pool: One or more candidates.
        features: Of the candidates, as its posterior gives them.
        top: Epochs of the top rung.
    """
    costs = np.array([candidate.cost for candidate in pool])
    means, covariances = acquisition.posterior.predict(features, [top])
    undominated = front(means[:, 0], costs) if np.ptp(costs) > 0 else np.arange(len(pool))
    values = acquisition.of(features[undominated], costs[undominated], resume_from=0)
    # Where no gain is expected, the most uncertain network comes first.
    order = np.lexsort((-covariances[undominated, 0, 0], -values))
    return [(pool[undominated[position]], float(values[position])) for position in order]


def _leading_start_point(waiting: Sequence[FrozenTrial], fronts: Fronts) -> FrozenTrial | None:
    """The cheapest waiting start point on the front of its rung; None without one.

    It is trained to the end before anything is weighed. Cheap networks gain more per second and would come first, and
    of expensive ones the surrogate would not know how they end.
    """
    start_points = [trial for trial in waiting if attr.START_POINT in trial.user_attrs]
    return min((trial for trial in start_points if trial in fronts[last_rung(trial)]), key=cost_of, default=None)


def _parents(fronts: Fronts) -> list[Mapping[str, Any]]:
    """Params of the networks on the front of any rung."""
    by_number = {trial.number: trial.params for members in fronts.values() for trial in members}
    return list(by_number.values())

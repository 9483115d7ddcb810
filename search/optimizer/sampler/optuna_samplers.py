"""Optuna's own samplers, as their users get them, beside the promotion rule that all searches have."""

from collections.abc import Callable, Collection
from random import Random

from optuna.samplers import BaseSampler

from search.optimizer.networks.problem import Problem
from search.optimizer.sampler.base import NewTrial, Promotion, StudyState
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.sampler.warm_start import SourceTaskMean


class OptunaSampler:
    """Promotes what must be promoted, the highest rung first; else begins a network that Optuna's sampler suggests.

    Args:
        make: Makes Optuna's sampler, from a seed.
        problem: What is searched; with bounds.
        seed: Of this decision.
        source_task_mean: What an earlier study predicts of networks, if the study was started from one.
    """

    def __init__(
        self,
        make: Callable[[int], BaseSampler],
        problem: Problem,
        *,
        seed: int,
        source_task_mean: SourceTaskMean | None = None,
    ) -> None:
        self._make, self._problem, self._seed, self._source_task_mean = make, problem, seed, source_task_mean

    def decide(self, state: StudyState) -> NewTrial | Promotion:
        """The next training."""
        return self.decide_promotion(state) or NewTrial({}, self._make(self._seed))

    def decide_again(self, *, known: Collection[str], waiting: Collection[int]) -> None:
        """Never: each decision learns anew."""

    def decide_promotion_again(self, *, waiting: Collection[int]) -> None:
        """Never, likewise."""

    def decide_promotion(self, state: StudyState) -> Promotion | None:
        """The first of the trials that must be promoted."""
        if not state.waiting:
            return None
        posterior = Posterior(
            state.trials,
            [],
            problem=self._problem,
            random=Random(self._seed),
            source_task_mean=self._source_task_mean,
        )
        promoted = posterior.must_promote(state.trials, state.waiting)
        return Promotion(promoted[0], posterior) if promoted else None

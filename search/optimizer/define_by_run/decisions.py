"""What is decided in a study: the params of the next trial, and whether a trial goes on."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial

from search.optimizer.define_by_run.cost import CostedSpace, KnownCost
from search.optimizer.define_by_run.problem import StudyProblem
from search.optimizer.define_by_run.results import Objectives, read_trials
from search.optimizer.define_by_run.search_space import SearchSpace, learn
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.base import NewTrial, Promotion, StudyState
from search.optimizer.sampler.known_cost import EXPLORATION, KnownCostDecision
from search.optimizer.sampler.registry import trial_seed
from search.optimizer.sampler.training_subset import training_subset
from search.optimizer.trials.history import History

PROBES = 20
"""Random configurations, to see whether the cost of any needs a param that is not known yet."""


@dataclass
class Decisions:
    """Decides about trials of any study, by the core that the searches have. See the module.

    Attributes:
        known_cost: Of params.
        caps: On the cost.
        cost_objective: Index of the objective that is the cost, in a study of two.
        ladder: The rungs; a single one where trials are not stopped.
        n_startup_trials: Trials with a result before anything is learnt; None is the default.
        seed: Of the proposals.
    """

    known_cost: KnownCost
    caps: Caps
    cost_objective: int
    ladder: Ladder
    n_startup_trials: int | None
    seed: int

    def __post_init__(self) -> None:
        self._problem: StudyProblem | None = None  # the last
        self._learnt: tuple[object, SearchSpace | None] = (None, None)  # the last, and what it was learnt from

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the problem is made anew."""
        return {**self.__dict__, "_problem": None}

    def objectives(self, study: optuna.Study) -> Objectives:
        """Which objective is measured.

        Raises:
            ValueError: If the study has more than two.
        """
        return Objectives.of(study.directions, cost_objective=self.cost_objective)

    def random(self, number: int, of: str = "") -> Random:
        """The generator of a trial's random numbers, of any kind. It depends on nothing that was drawn before."""
        return Random(f"{trial_seed(self.seed, number)} {of}")

    def space(self, study: optuna.Study, trials: Sequence[FrozenTrial]) -> SearchSpace | None:
        """The learnt search space, which changes only when a trial ends; None before one has ended."""
        ended = [trial for trial in trials if trial.state.is_finished()]
        learnt_from = (study.study_name, [trial.number for trial in ended], ended[-1].params if ended else {})
        last, space = self._learnt
        if last != learnt_from:
            space = learn(ended)
            self._learnt = (learnt_from, space)
        return space

    def propose(
        self, study: optuna.Study, number: int, search_space: Mapping[str, BaseDistribution], fixed: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The params of the next trial; empty where nothing is known.

        Args:
            study: Of the trial.
            number: Of the trial.
            search_space: The params that are wanted.
            fixed: Values that the trial has already.
        """
        trials = study.get_trials(deepcopy=False)
        space = self.space(study, trials)
        if space is None:
            return {}
        # A sampler around this one, like Optuna's PartialFixedSampler, leaves out what it fixes itself.
        left_out = space.distributions.keys() - search_space.keys()
        last = {name: trial.params[name] for trial in trials for name in left_out & trial.params.keys()}
        costed = CostedSpace(space, self.known_cost, {**last, **fixed})
        params = self._beyond_what_is_known(costed, trials, number) or self._decide(study, trials, number, costed)
        return {name: value for name, value in params.items() if name in search_space}

    def is_worth_less_than_a_new_trial(self, study: optuna.Study, number: int) -> bool:
        """Whether the next training of a trial that waits at a rung is worth less than a new trial.

        Never while nothing is learnt, nor where the trial is non-dominated at its rung, within the noise.
        """
        trials = study.get_trials(deepcopy=False)
        space = self.space(study, trials)
        if space is None:
            return False
        costed = CostedSpace(space, self.known_cost)
        problem = self._study_problem(study, trials, costed)
        state = self._state(study, trials, number, space)
        if not state.waiting or not problem.has_costs:
            return False
        decision = self._decision(problem, number, exploration=0.0).decide(state)
        if isinstance(decision, Promotion) or decision.posterior is None:
            return False
        return not decision.posterior.must_promote(state.trials, state.waiting)

    def _beyond_what_is_known(
        self, costed: CostedSpace, trials: Sequence[FrozenTrial], number: int
    ) -> Mapping[str, Any] | None:
        """Params whose cost needs further ones, which no trial has had beside them: there the space is to be learnt.

        It is tried once. Where such a trial has shown no further params, the cost asks for what there is not.
        """
        random = self.random(number)
        probes = [costed.architecture(RandomHyperParameters(random)).params for _ in range(PROBES)]
        lacking = [params for params in probes if self.known_cost.lacks_param(params)]
        if not lacking:
            return None
        tried = {frozenset(trial.params) for trial in trials if self.known_cost.lacks_param(trial.params)}
        return next((params for params in lacking if frozenset(params) not in tried), None)

    def _decide(
        self, study: optuna.Study, trials: Sequence[FrozenTrial], number: int, costed: CostedSpace
    ) -> Mapping[str, Any]:
        """The params with the largest expected gain; empty where none have a cost."""
        problem = self._study_problem(study, trials, costed)
        if not problem.has_costs:
            self.known_cost.warn("no configuration of the search space that was tried has a cost")
            return {}
        state = self._state(study, trials, number, costed.learnt)
        for known in (state.known, ()):  # What was tried before is tried again where there is nothing else.
            decision = self._decision(problem, number).decide(replace(state, known=known))
            assert isinstance(decision, NewTrial)
            if decision.params:
                return decision.params
        warnings.warn(
            "KnownCostSampler: no params between min_cost and max_cost were found, so the nearest are proposed. "
            "Allow more, or search a larger space.",
            stacklevel=2,
        )
        nearest: Mapping[str, Any] = problem.cheapest
        return nearest

    def _study_problem(self, study: optuna.Study, trials: Sequence[FrozenTrial], costed: CostedSpace) -> StudyProblem:
        """The problem, which is the last one as long as the space is."""
        objectives = self.objectives(study)
        problem = StudyProblem(costed, self.caps, self.ladder, objectives, objectives.is_less_better(trials), self.seed)
        if self._problem is None or problem != self._problem:
            self._problem = problem
        return self._problem

    def _decision(self, problem: StudyProblem, number: int, *, exploration: float = EXPLORATION) -> KnownCostDecision:
        return KnownCostDecision(
            problem.problem,
            seed=trial_seed(self.seed, number),
            draws=lambda batch: problem.drawn(number),
            n_startup_trials=self.n_startup_trials,
            exploration=exploration,
        )

    def _state(self, study: optuna.Study, trials: Sequence[FrozenTrial], number: int, space: SearchSpace) -> StudyState:
        """What a decision about a trial is made from: all others, and the trial itself where it waits at a rung."""
        read = read_trials(
            trials,
            distributions=space.distributions,
            known_cost=self.known_cost,
            objectives=self.objectives(study),
            ladder=self.ladder,
            own=number,
        )
        history = History(caps=Caps()).read(read)
        subset, waiting = training_subset(read, history, [number] if number in history.paused else [])
        return StudyState(subset, waiting, history.keys)

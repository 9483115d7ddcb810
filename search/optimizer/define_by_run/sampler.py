"""The known-cost sampler as one of Optuna's samplers, for any objective: see the README of `search/optimizer`."""

import math
import threading
import warnings
from collections.abc import Callable, Sequence
from random import SystemRandom
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.define_by_run.cost import KnownCost
from search.optimizer.define_by_run.decisions import Decisions
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import draw
from search.optimizer.rungs import Ladder
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.optuna_storage import process_constraints, set_trial_system_attr

INDEPENDENT_DRAWS = 100
"""Values of a single param that are drawn before the one of least cost is taken, though it is over the cap."""

_ONE_AT_A_TIME = threading.Lock()
"""Two threads that decide at the same time would not know what the other proposes."""


class KnownCostSampler(BaseSampler):
    """Learns what is measured alone, and weighs it at each configuration's own cost, which is known before the trial.

    For a study of two objectives, one of which is a known function of the params, in any order and of any direction; or
    of one objective, whose trials have a known cost that is capped.

    Args:
        cost: From params, name to value, to a finite number above 0. It is asked about a thousand times a trial.
        max_cost, min_cost: No configuration outside these is proposed, once the search space is known.
        cost_objective: Index of the objective that is the known cost, in a study of two.
        rungs: Steps at which `should_stop` judges, fewest first; the last is a whole trial.
        n_startup_trials: Trials with a result before anything is learnt, spread over the cost; by default 12, or as
            many as take six whole trials where these are fewer.
        constraints_func: As other samplers of Optuna have it: a trial with a number above 0 is as bad as one that
            failed.
        seed: Of the proposals.
    """

    def __init__(
        self,
        cost: Callable[[dict[str, Any]], float],
        *,
        max_cost: float | None = None,
        min_cost: float | None = None,
        cost_objective: int = 1,
        rungs: Sequence[int] | None = None,
        n_startup_trials: int | None = None,
        constraints_func: Callable[[FrozenTrial], Sequence[float]] | None = None,
        seed: int | None = None,
    ) -> None:
        _check(max_cost=max_cost, min_cost=min_cost, cost_objective=cost_objective, n_startup_trials=n_startup_trials)
        self._rungs = None if rungs is None else Ladder(tuple(rungs))
        self._constraints_func, self._has_compared_costs = constraints_func, False
        self._decisions = Decisions(
            KnownCost(cost),
            caps=Caps(flops=max_cost, min_flops=min_cost),
            cost_objective=cost_objective,
            ladder=self._rungs or Ladder((1,)),
            n_startup_trials=n_startup_trials,
            seed=_any_seed() if seed is None else int(seed),
        )

    def reseed_rng(self) -> None:
        """Begin another sequence of proposals."""
        self._decisions.seed = _any_seed()

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        """Refuse a study that can't be searched.

        Raises:
            ValueError: If the study has more than two objectives.
        """
        self._decisions.objectives(study)

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Every param that any trial has had, with the newest of its distributions."""
        space = self._decisions.space(study, study.get_trials(deepcopy=False))
        return {} if space is None else dict(space.distributions)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """The configuration with the largest expected gain at its own cost.

        It has the params that are active. It is empty while no trial has ended, where everything is fixed already, and
        where no cost is known.
        """
        fixed: dict[str, Any] = trial.system_attrs.get("fixed_params", {})
        if search_space.keys() <= fixed.keys():
            return {}
        with _ONE_AT_A_TIME:
            params = self._decisions.propose(study, trial.number, search_space, fixed)
            if params:  # What is decided before they are suggested counts them.
                set_trial_system_attr(study, trial, attr.PROPOSED, params)
        return params

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """A random value. Where the cost follows from the params so far, it is within the cap."""
        random = self._decisions.random(trial.number, of=param_name)
        values = [draw(param_distribution, random)]
        max_cost = self._decisions.caps.flops
        if max_cost is None:
            return values[0]
        values += [draw(param_distribution, random) for _ in range(INDEPENDENT_DRAWS)]
        costs = [self._decisions.known_cost.of_partial({**trial.params, param_name: value}) or 0.0 for value in values]
        allowed = (value for value, cost in zip(values, costs, strict=True) if cost <= max_cost)
        return next(allowed, values[costs.index(min(costs))])

    def should_stop(self, trial: optuna.Trial, step: int, value: float) -> bool:
        """Whether a trial should be pruned: its next steps are worth less than a new trial.

        A trial that is non-dominated at its rung, within the noise of a measurement, goes on, and so does every trial
        while nothing is learnt yet.

        Args:
            trial: That runs.
            step: How far it is.
            value: What was measured there of the objective that is not the cost.
        Returns:
            Always False at a step that is no rung, and at the last rung. The value is stored with the trial at rungs.
        Raises:
            ValueError: If the sampler has no rungs.
        """
        if self._rungs is None:
            raise ValueError(
                "should_stop needs the steps at which a trial is judged. Give them, fewest first, as "
                "KnownCostSampler(cost, rungs=(1, 3, 9))."
            )
        if step not in self._rungs.rungs:
            return False
        values = trial.user_attrs.get(attr.VALUES_AT_RUNGS, {})
        trial.set_user_attr(attr.VALUES_AT_RUNGS, {**values, str(step): float(value)})
        if step == self._rungs.top or not math.isfinite(value):
            return step != self._rungs.top
        with _ONE_AT_A_TIME:
            return self._decisions.is_worth_less_than_a_new_trial(trial.study, trial.number)

    def after_trial(
        self, study: optuna.Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None
    ) -> None:
        """Store the constraints, and compare the known cost with what the objective returned for it."""
        if self._constraints_func is not None:
            process_constraints(self._constraints_func, study, trial, state)
        index = self._decisions.objectives(study).cost
        if values is None or index is None or self._has_compared_costs:
            return
        cost = self._decisions.known_cost.of_trial(trial.params)
        if cost is not None and not math.isclose(abs(values[index]), cost, rel_tol=1e-6):
            self._has_compared_costs = True
            warnings.warn(
                f"KnownCostSampler: `cost` gives {cost:g} for trial {trial.number}, but its objective {index} is "
                f"{values[index]:g}. The sampler goes by `cost`. Let both agree, or name the other objective with "
                "`cost_objective`.",
                stacklevel=2,
            )


def _any_seed() -> int:
    return SystemRandom().getrandbits(32)


def _check(
    *, max_cost: float | None, min_cost: float | None, cost_objective: int, n_startup_trials: int | None
) -> None:
    for name, value in {"max_cost": max_cost, "min_cost": min_cost}.items():
        if value is not None and not value > 0:
            raise ValueError(f"{name} must be above 0, as every cost is; got {value!r}.")
    if max_cost is not None and min_cost is not None and min_cost > max_cost:
        raise ValueError(f"min_cost must not be above max_cost; got {min_cost!r} and {max_cost!r}.")
    if cost_objective not in (0, 1):
        raise ValueError(f"cost_objective must be 0 or 1, an index of two objectives; got {cost_objective!r}.")
    if n_startup_trials is not None and n_startup_trials < 1:
        raise ValueError(f"n_startup_trials must be 1 or more; got {n_startup_trials!r}.")

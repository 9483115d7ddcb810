"""Trials of a study as the known-cost sampler reads them: cost, losses at rungs, and what is expected of what runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.define_by_run.cost import KnownCost, key_of
from search.optimizer.define_by_run.losses import LossScale
from search.optimizer.rungs import Ladder
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import network_params


@dataclass(frozen=True)
class Objectives:
    """Which of a study's objectives is measured, and which is the known cost.

    Attributes:
        directions: Of the study, one or two.
        cost: Index of the known cost; None where the study has one objective, which is measured.
    """

    directions: Sequence[StudyDirection]
    cost: int | None

    @classmethod
    def of(cls, directions: Sequence[StudyDirection], *, cost_objective: int) -> "Objectives":
        """Those of a study.

        Raises:
            ValueError: If there are more than two.
        """
        if len(directions) > 2:
            raise ValueError(
                "KnownCostSampler searches one measured objective, alone or beside a known cost; the study has "
                f"{len(directions)} objectives. Use two, or another sampler."
            )
        return cls(directions, cost_objective if len(directions) == 2 else None)

    @property
    def measured(self) -> int:
        """Index of the measured objective."""
        return 0 if self.cost is None else 1 - self.cost

    def minimised(self, value: float) -> float:
        """A measured value with the sign with which it is minimised."""
        return value if self.directions[self.measured] == StudyDirection.MINIMIZE else -value

    def is_less_better(self, trials: Sequence[FrozenTrial]) -> bool:
        """Whether a cheaper configuration is the better one.

        A cost that is minimised, and a negated cost that is maximised, should be small; a speed that is maximised
        should be large. What the trials were told has the sign.
        """
        if self.cost is None:
            return True
        is_minimised = self.directions[self.cost] == StudyDirection.MINIMIZE
        values = (trial.values[self.cost] for trial in trials if trial.state == TrialState.COMPLETE)
        return is_minimised == (next(values, 1.0 if is_minimised else -1.0) > 0)


def values_at_rungs(trial: FrozenTrial, ladder: Ladder, measured: int) -> dict[int, float]:
    """What was measured of a trial, by rung: reported, given to `should_stop`, or the result.

    Args:
        trial: Of any state.
        ladder: The rungs.
        measured: Index of the measured objective.
    """
    given = {int(step): value for step, value in trial.user_attrs.get(attr.VALUES_AT_RUNGS, {}).items()}
    values = {step: value for step, value in {**trial.intermediate_values, **given}.items() if step in ladder.rungs}
    # Optuna's result of a pruned trial is what it reported last.
    has_result = trial.state == TrialState.COMPLETE or (trial.state == TrialState.PRUNED and len(ladder.rungs) == 1)
    if has_result and trial.values is not None:
        values[ladder.top] = trial.values[measured]
    return values


def read_trials(
    trials: Sequence[FrozenTrial],
    *,
    distributions: Mapping[str, BaseDistribution],
    known_cost: KnownCost,
    objectives: Objectives,
    ladder: Ladder,
    own: int,
) -> list[FrozenTrial]:
    """The trials with the attributes that a decision is made from, by number.

    A trial that failed, broke a constraint, or was pruned before it had any value, has the worst loss. Nothing is
    learnt from a trial without a cost.

    Args:
        trials: Of a study, by number.
        distributions: Of the params of today's space.
        known_cost: Of params.
        objectives: Of the study.
        ladder: The rungs.
        own: Number of the trial that the decision is about. It waits at its last rung, or has no params yet.
    """
    values = [values_at_rungs(trial, ladder, objectives.measured) for trial in trials]
    minimised = [{step: objectives.minimised(value) for step, value in by_step.items()} for by_step in values]
    scale = LossScale.of([value for by_step in minimised for value in by_step.values()])
    is_less_better = objectives.is_less_better(trials)
    read = []
    for trial, by_step in zip(trials, minimised, strict=True):
        is_own = trial.number == own
        params = expected_params(trial) if by_step or not is_own else {}
        names = [name for name in params if name in distributions]
        attributes: dict[str, Any] = {attr.KEY: key_of(params)} if params else {}
        state = trial.state
        if names:
            cost = known_cost.of_trial(params) if state.is_finished() else known_cost.of_partial(params)
            if cost is not None:
                is_bad = state.is_finished() and (not by_step or state == TrialState.FAIL or _is_infeasible(trial))
                state = TrialState.FAIL if is_bad else state
                attributes |= {
                    attr.MACS: 1,  # So the cost is known; it stands beside it.
                    attr.COST: cost_to_minimise(cost, objectives, is_less_better=is_less_better),
                    attr.PARAMETERS: 0,
                    attr.RUNGS: {str(step): 1 - scale.loss(value) for step, value in by_step.items()},
                    attr.MILESTONE: _milestone(max(by_step, default=0), ladder, is_paused=is_own),
                }
        read.append(_frozen(trial, state, {name: params[name] for name in names}, distributions, attributes))
    return read


def cost_to_minimise(cost: float, objectives: Objectives, *, is_less_better: bool) -> float:
    """The cost at which a configuration is placed. Where there is no such objective, all have the same."""
    if objectives.cost is None:
        return 1.0
    return cost if is_less_better else 1 / cost


def expected_params(trial: FrozenTrial) -> dict[str, Any]:
    """Params of a trial; while it runs, with those that were proposed for it and not yet suggested."""
    if trial.state.is_finished():
        return dict(trial.params)
    return {**trial.system_attrs.get(attr.PROPOSED, {}), **network_params(trial)}


def _milestone(last_rung: int, ladder: Ladder, *, is_paused: bool) -> int:
    """The rung that a trial was, or is being, trained up to."""
    return last_rung if is_paused or last_rung == ladder.top else ladder.after(last_rung)


def _is_infeasible(trial: FrozenTrial) -> bool:
    return any(violation > 0 for violation in trial.constraints.values())


def _frozen(
    trial: FrozenTrial,
    state: TrialState,
    params: dict[str, Any],
    distributions: Mapping[str, BaseDistribution],
    attributes: dict[str, Any],
) -> FrozenTrial:
    return FrozenTrial(
        number=trial.number,
        state=state,
        value=None,
        datetime_start=None,
        datetime_complete=None,
        params=params,
        distributions={name: distributions[name] for name in params},
        user_attrs=attributes,
        system_attrs={},
        intermediate_values={},
        trial_id=trial.number,
    )

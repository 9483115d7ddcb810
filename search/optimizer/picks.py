"""Which network of a study a person wants."""

from optuna.trial import FrozenTrial, TrialState

from search.errors import UsageError
from search.flags import with_unit
from search.optimizer import attributes as attr
from search.optimizer.pareto import front, knee
from search.optimizer.trials import losses_and_costs


def choose(
    trials: list[FrozenTrial], *, pick: str | None = None, max_flops: float | None = None, number: int | None = None
) -> FrozenTrial:
    """The trial that is asked for; exactly one of the three ways.

    Args:
        trials: All of a study's, by number.
        pick: "knee" (the front's knee) or "best" (the most accurate).
        max_flops: The most accurate with no more FLOPs.
        number: A trial, on the front or not.
    Raises:
        UsageError: If there is no such trial.
    """
    if number is not None:
        return _numbered(trials, number)
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    if not complete:
        raise UsageError("the study has no complete trial yet, so there is no front to pick from. Search first")
    losses, costs = losses_and_costs(complete)
    members = [complete[index] for index in front(losses, costs)]
    if max_flops is not None:
        return _within(members, max_flops)
    return members[-1] if pick == "best" else complete[knee(losses, costs)]


def _numbered(trials: list[FrozenTrial], number: int) -> FrozenTrial:
    if number >= len(trials):
        raise UsageError(f"there is no trial {number}; the study's go from 0 to {len(trials) - 1}")
    trial = trials[number]
    if attr.ARCHITECTURE not in trial.user_attrs:
        why = trial.user_attrs.get(attr.REASON, f"its state is {trial.state.name}")
        raise UsageError(f"trial {number} was never trained ({why}). Pick one that was")
    return trial


def _within(members: list[FrozenTrial], max_flops: float) -> FrozenTrial:
    affordable = [trial for trial in members if 2 * trial.user_attrs[attr.MACS] <= max_flops]
    if not affordable:
        cheapest = with_unit(2 * members[0].user_attrs[attr.MACS])
        raise UsageError(
            f"no network of the front has {with_unit(max_flops)} FLOPs or fewer; the cheapest has {cheapest}. "
            "Allow more, or search with a lower --max-flops"
        )
    return affordable[-1]

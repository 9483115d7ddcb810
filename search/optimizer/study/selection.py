"""Which networks of a study a person wants."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass

from optuna.trial import FrozenTrial, TrialState

from search.errors import UsageError
from search.optimizer.pareto import Bounds, front, knee
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import losses_and_costs
from search.optimizer.trials.stored_cost import StoredCost
from search.quantities import with_unit

Latencies = Callable[[Sequence[FrozenTrial]], Mapping[int, float]]
"""Measures trials' networks: milliseconds by the trial's number."""


@dataclass(frozen=True)
class Budget:
    """What a network may need; None is no limit.

    Attributes:
        flops: For one image.
        parameters: Number of weights.
        latency_ms: Milliseconds for one image.
        ram_bytes: For the tensors of an int8 interpreter.
        flash_bytes: Of the int8 file.
    """

    flops: float | None = None
    parameters: float | None = None
    latency_ms: float | None = None
    ram_bytes: float | None = None
    flash_bytes: float | None = None

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return any(limit is not None for limit in astuple(self))


def choose(
    trials: Sequence[FrozenTrial],
    *,
    pick: str,
    budget: Budget,
    bounds: Bounds,
    latencies: Latencies,
    say: Callable[[str], None] = lambda text: None,
    candidates: int = 1,
) -> list[FrozenTrial]:
    """Networks within a budget: of the front that the networks within it form.

    Args:
        trials: All of a study's, by number.
        pick: "knee", "best" (the most accurate), "fastest" (of least latency) or "front" (all, cheapest first). Without
            a knee the most accurate is taken.
        budget: What they may need.
        bounds: Of the study; they decide which network is worth taking as the knee.
        latencies: Called where the choice needs it.
        say: Called with a sentence if there is no knee.
        candidates: With "best": how many of the most accurate are returned, cheapest first.
    Raises:
        UsageError: If there is none.
    """
    members = front_of(_within(complete(trials), budget))
    if budget.latency_ms is not None or pick == "fastest":
        measured = latencies(members)
        members = _quick(members, measured, budget.latency_ms)
        if pick == "fastest":
            return [min(members, key=lambda trial: measured[trial.number])]
    if pick == "front":
        return members
    if pick == "best":
        return members[-candidates:]
    index = knee(*losses_and_costs(members), bounds)
    if index is None:
        chance, best = 100 * (1 - bounds.reference_loss), 100 * members[-1].values[0]
        say(
            f"No network of the front is clearly better than chance ({chance:.3g} %), so there is no knee. The most "
            f"accurate is taken, with {best:.1f} %. Longer trainings may give a better one."
        )
        return [members[-1]]
    return [members[index]]


def numbered(trials: Sequence[FrozenTrial], number: int) -> FrozenTrial:
    """The trial with a number, on the front or not.

    Raises:
        UsageError: If there is none, or it was never trained.
    """
    if number >= len(trials):
        raise UsageError(f"there is no trial {number}; the study's go from 0 to {len(trials) - 1}")
    trial = trials[number]
    if attr.ARCHITECTURE not in trial.user_attrs:
        why = trial.user_attrs.get(attr.REASON, f"its state is {trial.state.name}")
        raise UsageError(f"trial {number} was never trained ({why}). Pick one that was")
    return trial


def complete(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that reached the top rung.

    Raises:
        UsageError: If there is none yet.
    """
    at_top = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    if not at_top:
        raise UsageError("the study has no complete trial yet, so there is no front to pick from. Search first")
    return at_top


def front_of(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The non-dominated ones of complete trials, cheapest first."""
    return [trials[index] for index in front(*losses_and_costs(trials))]


def _within(trials: Sequence[FrozenTrial], budget: Budget) -> list[FrozenTrial]:
    costs = {trial.number: StoredCost(trial) for trial in trials}
    limits: list[tuple[float | None, str, Callable[[StoredCost], int | None]]] = [
        (budget.flops, "FLOPs", lambda cost: cost.flops),
        (budget.parameters, "parameters", lambda cost: cost.parameters),
        (budget.ram_bytes, "bytes of RAM", lambda cost: cost.ram_bytes),
        (budget.flash_bytes, "bytes of flash", lambda cost: cost.flash_bytes),
    ]
    for limit, unit, need in limits:
        if limit is None:
            continue
        within = " within the other limits" if len(trials) < len(costs) else ""
        needs = [need(costs[trial.number]) for trial in trials]
        known = [number for number in needs if number is not None]
        shown = "{:,.0f}".format if unit.startswith("bytes") else with_unit
        if not known:
            raise UsageError(
                f"the {unit} of the study's networks are unknown, as of any hypermodel. Leave the limit out"
            )
        trials = [trial for trial, number in zip(trials, needs, strict=True) if number is not None and number <= limit]
        if not trials:
            raise UsageError(
                f"no network of the study{within} has {shown(limit)} {unit} or fewer; the least is "
                f"{shown(min(known))}. "
                "Allow more, or search with a lower cap"
            )
    return list(trials)


def _quick(members: list[FrozenTrial], measured: Mapping[int, float], limit: float | None) -> list[FrozenTrial]:
    if limit is None:
        return members
    quick = [trial for trial in members if measured[trial.number] <= limit]
    if not quick:
        least = min(measured.values())
        raise UsageError(f"no network of the front takes {limit:g} ms or less; the least is {least:.2f} ms. Allow more")
    return quick

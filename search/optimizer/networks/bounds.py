"""The rectangle of a study's hypervolume. It follows from space, caps and objective alone."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from search.errors import SearchError
from search.optimizer.networks.caps import Caps, PlainCost
from search.optimizer.networks.cheapest import descend, rank
from search.optimizer.networks.describe import draw_budget, must_build, random_networks
from search.optimizer.networks.hyperparameters import HyperParameters
from search.optimizer.networks.objective import FLASH, FLOPS, PARAMETERS, RAM
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from spaces.cost import Cost

DRAWS = 500
"""Random networks whose largest cost is the right edge, where a cap is not."""

DESCENTS, BUILT_DESCENTS = 3, 1
"""From the cheapest of the random networks. The second is for a space that must build its networks."""


def bounds_of(problem: Problem) -> Bounds:
    """From chance to perfect, and from the cheapest network under the caps to the dearest.

    The cheapest is found by descent. The dearest is that of random draws, or the objective's cap where they go beyond
    it. The draws are the same for every study, so that hypervolumes compare wherever space, caps and objective agree.

    Raises:
        SearchError: If no network is within the caps.
    """
    space, caps, objective = problem.space, problem.caps, problem.objective
    networks = _drawn_and_descended(problem)
    costs = [cost for _, cost in networks]
    allowed = [objective.cost(cost) for cost in costs if caps.allow(cost)]
    if not allowed:
        least = _least(problem, networks)
        raise SearchError(
            f"no network of the space was found within the caps; the least of each cost, perhaps of different "
            f"networks, is {_words(least)}. Widen {caps.too_tight(least)}."
        )
    lowest, highest = min(allowed), max(allowed)
    cap = objective.cap(caps)
    if cap is not None and max(map(objective.cost, costs)) > cap / objective.value_per_cost:
        highest = cap / objective.value_per_cost
    return Bounds(1 - 1 / space.classes, lowest, max(highest, 2 * lowest))


def cheapest(problem: Problem) -> HyperParameters | None:
    """Params of the cheapest network under the caps; None where `bounds_of` finds none."""
    networks = _drawn_and_descended(problem)
    allowed = [(problem.objective.cost(cost), hp) for hp, cost in networks if problem.caps.allow(cost)]
    return min(allowed, key=lambda pair: pair[0])[1] if allowed else None


def _drawn_and_descended(problem: Problem) -> list[tuple[HyperParameters, Cost]]:
    """Params and cost of random networks, and of those at the end of descents from the first of them by `rank`."""
    draws = draw_budget(problem.space, DRAWS)
    drawn = [(hp, cost) for hp, _, cost in random_networks(problem.space, Random(0), draws=draws)]
    drawn.sort(key=lambda pair: rank(problem, pair[1]))
    descents = draw_budget(problem.space, DESCENTS, built=BUILT_DESCENTS)
    return [*drawn, *(descend(problem, hp) for hp, _ in drawn[:descents])]


def _least(problem: Problem, networks: Sequence[tuple[HyperParameters, Cost]]) -> PlainCost:
    """The least of each cost that was found. Each may be that of another network."""
    costs = [cost for _, cost in networks]
    if not must_build(problem.space):
        uncapped = replace(problem, caps=Caps())
        known = [PARAMETERS, FLOPS] if costs[0].ram_bytes is None else [PARAMETERS, FLOPS, RAM, FLASH]
        costs += [descend(replace(uncapped, objective=objective), networks[0][0])[1] for objective in known]
    return PlainCost(
        min(cost.flops for cost in costs),
        min(cost.parameters for cost in costs),
        _least_known([cost.ram_bytes for cost in costs]),
        _least_known([cost.flash_bytes for cost in costs]),
    )


def _least_known(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return min(known) if len(known) == len(numbers) else None


def _words(least: PlainCost) -> str:
    numbers = zip(least, ("FLOPs", "parameters", "bytes of RAM", "bytes of flash"), strict=True)
    *first, last = [f"{number:,} {unit}" for number, unit in numbers if number is not None]
    return f"{', '.join(first)} and {last}"

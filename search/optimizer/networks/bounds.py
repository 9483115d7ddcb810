"""The rectangle of a study's hypervolume. It follows from space, caps and objective alone."""

from random import Random

from search.errors import SearchError
from search.optimizer.networks.cheapest import descend
from search.optimizer.networks.describe import draw_budget, random_networks
from search.optimizer.networks.hyperparameters import HyperParameters
from search.optimizer.networks.objective import FLOPS
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from spaces.cost import Cost

DRAWS = 500
"""Random networks whose largest cost is the right edge, where a cap is not."""

DESCENTS, BUILT_DESCENTS = 3, 1
"""From the cheapest of the random networks. The second is for a space that must build its networks."""


def bounds_of(problem: Problem) -> Bounds:
    """From chance to perfect, and from the cheapest network under the caps to the dearest.

    The cheapest is found by descent. The dearest is that of random draws, or the cap on FLOPs where they go beyond it.
    The draws are the same for every study, so that hypervolumes compare wherever space, caps and objective agree.

    Raises:
        SearchError: If no network is within the caps.
    """
    space, caps, objective = problem.space, problem.caps, problem.objective
    costs = [cost for _, cost in _drawn_and_descended(problem)]
    allowed = [objective.cost(cost) for cost in costs if caps.allow(cost)]
    if not allowed:
        flops, parameters = min(cost.flops for cost in costs), min(cost.parameters for cost in costs)
        raise SearchError(
            f"no network of the space was found within the caps; the smallest has {flops:,} FLOPs, and none has fewer "
            f"than {parameters:,} parameters. Widen --min-flops, --max-flops or --max-params."
        )
    lowest, highest = min(allowed), max(allowed)
    if objective is FLOPS and caps.flops is not None and max(cost.flops for cost in costs) > caps.flops:
        highest = caps.flops / objective.value_per_cost
    return Bounds(1 - 1 / space.classes, lowest, max(highest, 2 * lowest))


def cheapest(problem: Problem) -> HyperParameters | None:
    """Params of the cheapest network under the caps; None where `bounds_of` finds none."""
    networks = _drawn_and_descended(problem)
    allowed = [(problem.objective.cost(cost), hp) for hp, cost in networks if problem.caps.allow(cost)]
    return min(allowed, key=lambda pair: pair[0])[1] if allowed else None


def _drawn_and_descended(problem: Problem) -> list[tuple[HyperParameters, Cost]]:
    """Params and cost of random networks, and of those at the end of descents from the cheapest of them."""
    draws = draw_budget(problem.space, DRAWS)
    drawn = [(hp, cost) for hp, _, cost in random_networks(problem.space, Random(0), draws=draws)]
    drawn.sort(key=lambda pair: problem.objective.cost(pair[1]))
    descents = draw_budget(problem.space, DESCENTS, built=BUILT_DESCENTS)
    return [*drawn, *(descend(problem, hp) for hp, _ in drawn[:descents])]

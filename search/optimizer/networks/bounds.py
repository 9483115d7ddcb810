"""The rectangle of a study's hypervolume. It follows from space, caps and objective alone."""

from random import Random

from search.errors import SearchError
from search.optimizer.networks.cheapest import descend
from search.optimizer.networks.describe import draw_budget, random_networks
from search.optimizer.networks.objective import FLOPS
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds

DRAWS = 500
"""Random networks whose largest cost is the right edge, where a cap is not."""

DESCENTS = 3
"""From the cheapest of the random networks."""


def bounds_of(problem: Problem) -> Bounds:
    """From chance to perfect, and from the cheapest network under the caps to the dearest.

    The cheapest is found by descent; where networks must be built to know their cost, by random draws. The dearest is
    that of random draws, or the cap on FLOPs where they go beyond it. The draws are the same for every study, so that
    hypervolumes compare wherever space, caps and objective agree.

    Raises:
        SearchError: If no network is within the caps.
    """
    space, caps, objective = problem.space, problem.caps, problem.objective
    draws = draw_budget(space, DRAWS)
    drawn = [(objective.cost(cost), hp, cost) for hp, _, cost in random_networks(space, Random(0), draws=draws)]
    drawn.sort(key=lambda row: row[0])
    cheapest = [(cost, network_cost) for cost, _, network_cost in drawn]
    if not getattr(space, "requires_build_for_cost", False):
        descents = [descend(problem, hp) for _, hp, _ in drawn[:DESCENTS]]
        cheapest += [(objective.cost(cost), cost) for _, cost in descents]
    allowed = [cost for cost, network_cost in cheapest if caps.allow(network_cost)]
    if not allowed:
        flops = min(cost.flops for _, cost in cheapest)
        parameters = min(cost.parameters for _, cost in cheapest)
        raise SearchError(
            f"no network of the space was found within the caps; the smallest has {flops:,} FLOPs, and none has fewer "
            f"than {parameters:,} parameters. Widen --min-flops, --max-flops or --max-params."
        )
    lowest, highest = min(allowed), max(allowed)
    if objective is FLOPS and caps.flops is not None and drawn[-1][2].flops > caps.flops:
        highest = caps.flops / objective.value_per_cost
    return Bounds(1 - 1 / space.classes, lowest, max(highest, 2 * lowest))

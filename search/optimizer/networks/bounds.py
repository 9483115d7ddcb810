"""The rectangle of a study's hypervolume. It follows from space, caps and objective alone."""

from collections.abc import Sequence
from random import Random

from search.errors import SearchError
from search.optimizer.networks.cheapest import descend
from search.optimizer.networks.describe import draw_budget, must_build, random_networks
from search.optimizer.networks.hyperparameters import HyperParameters
from search.optimizer.networks.objective import FLOPS
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from spaces.cost import Cost

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
    drawn = _drawn(problem)
    costs = [cost for _, cost in drawn]
    if not must_build(space):
        costs += [cost for _, cost in _descents(problem, drawn)]
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


def cheapest(problem: Problem) -> HyperParameters:
    """Params of the cheapest network under the caps, found by descent."""
    descents = _descents(problem, _drawn(problem))
    allowed = [(problem.objective.cost(cost), hp) for hp, cost in descents if problem.caps.allow(cost)]
    return min(allowed, key=lambda pair: pair[0])[1]


def _descents(problem: Problem, drawn: Sequence[tuple[HyperParameters, Cost]]) -> list[tuple[HyperParameters, Cost]]:
    """Params and cost of the network at the end of each descent, from the cheapest drawn ones."""
    return [descend(problem, hp) for hp, _ in drawn[:DESCENTS]]


def _drawn(problem: Problem) -> list[tuple[HyperParameters, Cost]]:
    """Random networks, params and cost, the cheapest first."""
    draws = draw_budget(problem.space, DRAWS)
    drawn = [(hp, cost) for hp, _, cost in random_networks(problem.space, Random(0), draws=draws)]
    return sorted(drawn, key=lambda pair: problem.objective.cost(pair[1]))

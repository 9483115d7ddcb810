"""How large a space is and what its networks cost, from random draws: nothing is built."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from search.optimizer.networks.bounds import bounds_of, cheapest
from search.optimizer.networks.candidates import RandomCandidates
from search.optimizer.networks.describe import draw_budget, random_networks
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.optimizer.networks.problem import Problem

DRAWS = 20_000


@dataclass(frozen=True)
class SpaceStatistics:
    """What random draws say of a space.

    Attributes:
        networks: How many sets of params the space has; estimated. Infinite where a param is a real number.
        standard_error: Of `networks`.
        allowed: Share of the random draws that is within the caps, 0 to 1.
        allowed_networks: How many sets of params are within the caps; estimated. 0 where no draw was.
        flops: The smallest and the largest number of random draws.
        parameters: Likewise.
        ram_bytes, flash_bytes: Likewise; None where they are unknown.
        draws: How many there were.
        samples: Networks within the caps, cheapest first, spread over the range of their costs.
    """

    networks: float
    standard_error: float
    allowed: float
    allowed_networks: float
    flops: tuple[int, int]
    parameters: tuple[int, int]
    ram_bytes: tuple[int, int] | None
    flash_bytes: tuple[int, int] | None
    draws: int
    samples: tuple[Any, ...]


def space_statistics(problem: Problem, *, seed: int, samples: int, draws: int = DRAWS) -> SpaceStatistics:
    """Draw random networks and count.

    The size is Knuth's estimate for a tree: a random way down, whose forks have n1, n2, ... branches, stands for
    n1 * n2 * ... leaves, whatever the tree looks like elsewhere; the mean over many ways has no bias.

    Raises:
        SearchError: If no network is within the caps, as the search itself would refuse it.
    References:
        Knuth (1975), Estimating the efficiency of backtrack programs, Mathematics of Computation 29(129).
    """
    bounds_of(problem)
    space, caps = problem.space, problem.caps
    random, draws = Random(seed), draw_budget(space, draws)
    weights, costs, allowed, allowed_weights = [], [], [], [0.0]
    for hp, architecture, cost in random_networks(space, random, draws=draws):
        weights.append(math.prod(map(_branches, hp.distributions.values())))
        costs.append(cost)
        if caps.allow(cost):
            allowed.append((cost.flops, architecture))
            allowed_weights.append(weights[-1])
    mean = math.fsum(weights) / draws
    spread = math.sqrt(math.fsum((weight - mean) ** 2 for weight in weights) / draws) if mean < math.inf else math.inf
    return SpaceStatistics(
        networks=mean,
        standard_error=spread / math.sqrt(draws),
        allowed=len(allowed) / len(weights),
        allowed_networks=math.fsum(allowed_weights) / draws,
        flops=_range([cost.flops for cost in costs]),
        parameters=_range([cost.parameters for cost in costs]),
        ram_bytes=None if costs[0].ram_bytes is None else _range([cost.ram_bytes or 0 for cost in costs]),
        flash_bytes=None if costs[0].flash_bytes is None else _range([cost.flash_bytes or 0 for cost in costs]),
        draws=draws,
        samples=_spread_over_costs(allowed or _candidates(problem, seed), samples),
    )


def _range(numbers: Sequence[int]) -> tuple[int, int]:
    return min(numbers), max(numbers)


def _branches(distribution: BaseDistribution) -> float:
    if isinstance(distribution, CategoricalDistribution):
        return len(distribution.choices)
    if isinstance(distribution, FloatDistribution) and distribution.step is None:
        return 1 if distribution.single() else math.inf
    assert isinstance(distribution, (IntDistribution, FloatDistribution)) and distribution.step is not None
    return (distribution.high - distribution.low) // distribution.step + 1


def _candidates(problem: Problem, seed: int) -> list[tuple[int, Any]]:
    """What the search draws where no random network is within the caps: FLOPs and network; at least the cheapest."""
    drawn = [candidate.params for candidate in RandomCandidates(problem, seed=seed).at(0)]
    edge = cheapest(problem)
    params = [*drawn, *([edge.values] if edge else [])]
    networks = map(problem.space.architecture, map(StoredHyperParameters, params))
    return [(network.cost().flops, network) for network in networks]


def _spread_over_costs(networks: Sequence[tuple[int, Any]], count: int) -> tuple[Any, ...]:
    """`count` of the networks, spread evenly over log cost; fewer where one is nearest to several of the costs.

    The trainings of a search spread over costs like this. Random networks do not: most of them cost much.

    Args:
        networks: FLOPs and network.
        count: How many.
    """
    networks = sorted(networks, key=lambda row: row[0])
    logs = np.log([flops for flops, _ in networks])
    middles = logs[0] + (logs[-1] - logs[0]) * (np.arange(count) + 0.5) / count
    positions = {int(np.abs(logs - middle).argmin()) for middle in middles}
    return tuple(networks[position][1] for position in sorted(positions))

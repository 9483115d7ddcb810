"""The cheapest network of a space under the caps, by descent: one param after the other gets its cheapest value."""

from collections.abc import Mapping, Sequence
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from search.optimizer.networks.describe import CannotDescribe, describe
from search.optimizer.networks.hyperparameters import HyperParameters
from search.optimizer.networks.problem import Problem
from spaces.cost import Cost

MAX_ROUNDS = 10
"""Over all params. Two or three are enough; then no param has a cheaper value."""


class ChangedHyperParameters(HyperParameters):
    """Given values. A param without one gets the first value of its distribution.

    Args:
        values: Value by name.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__()
        self._given = values

    def _value(self, name: str, distribution: BaseDistribution) -> Any:
        return self._given[name] if name in self._given else _options(distribution)[0]


def descend(problem: Problem, start: HyperParameters) -> tuple[HyperParameters, Cost]:
    """The params of a network within the caps, or nearest to them, of which no single change is cheaper.

    Args:
        problem: A space that must build its networks takes as long as some dozens of them.
        start: Params of any network of the space.
    """
    hp, (_, cost) = start, describe(problem.space, ChangedHyperParameters(start.values))
    for _ in range(MAX_ROUNDS):
        before = rank(problem, cost)
        for name in list(hp.values):
            hp, cost = _cheapest_value(problem, name, hp, cost)
        if rank(problem, cost) == before:
            break
    return hp, cost


def _cheapest_value(problem: Problem, name: str, hp: HyperParameters, cost: Cost) -> tuple[HyperParameters, Cost]:
    """The same network, or the one with another value of this param that ranks first."""
    best, best_cost = hp, cost
    if name not in hp.values:  # Another change has made it inactive.
        return best, best_cost
    for value in _options(hp.distributions[name]):
        if value == hp.values[name]:
            continue
        changed = ChangedHyperParameters({**hp.values, name: value})
        try:
            _, of_changed = describe(problem.space, changed)
        except CannotDescribe:
            continue
        if rank(problem, of_changed) < rank(problem, best_cost):
            best, best_cost = changed, of_changed
    return best, best_cost


def rank(problem: Problem, cost: Cost) -> tuple[float, float, float]:
    """Networks within the caps first, the nearest to them next; of equals the cheapest, then that of fewer FLOPs.

    RAM is that of one layer alone. Fewer FLOPs elsewhere are a step towards less of it where no single change is one.
    """
    over = sum(max(0.0, excess) for excess in problem.caps.excess(cost).values())
    return over, problem.objective.cost(cost), cost.flops


def _options(distribution: BaseDistribution) -> Sequence[Any]:
    """All options of a choice; the ends of a range."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices
    assert isinstance(distribution, (IntDistribution, FloatDistribution))
    return (distribution.low, distribution.high)

"""What is minimised beside the loss: a cost that is known before training."""

from collections.abc import Callable
from dataclasses import dataclass

from spaces.cost import Cost


@dataclass(frozen=True)
class Objective:
    """A cost.

    Attributes:
        name: What Optuna calls it.
        price: The cost of a network, positive, from what `Architecture.cost` says; quick, for it prices thousands.
        value_per_cost: What Optuna is told, by unit of cost.
    """

    name: str
    price: Callable[[Cost], float]
    value_per_cost: float = 1.0


FLOPS = Objective("flops", lambda cost: float(cost.multiply_adds), value_per_cost=2.0)
"""The default. Costs are multiply-adds, of which each is two FLOPs."""

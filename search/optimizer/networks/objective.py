"""What is minimised beside the loss: a cost that is known before training."""

from collections.abc import Callable
from dataclasses import dataclass

from spaces.cost import Cost


@dataclass(frozen=True)
class Objective:
    """A cost.

    Attributes:
        name: What Optuna calls it.
        unit: Of the values that Optuna stores and a person reads.
        cost: The cost of a network, positive, from what `Architecture.cost` returns. A decision needs thousands.
        value_per_cost: The value that Optuna stores, for a cost of 1.
    """

    name: str
    unit: str
    cost: Callable[[Cost], float]
    value_per_cost: float = 1.0

    def to_dict(self) -> dict[str, str]:
        """Name and unit, which are stored with a study."""
        return {"name": self.name, "unit": self.unit}


FLOPS = Objective("flops", "FLOPs", lambda cost: float(cost.multiply_adds), value_per_cost=2.0)
"""The default. Costs are multiply-adds, of which each is two FLOPs."""

"""What is minimised beside the loss: a cost that is known before training."""

from collections.abc import Callable
from dataclasses import dataclass

from search.optimizer.networks.caps import Caps
from spaces.cost import Cost


def _uncapped(caps: Caps) -> float | None:
    return None


@dataclass(frozen=True)
class Objective:
    """A cost.

    Attributes:
        name: What Optuna calls it.
        unit: Of the values that Optuna stores and a person reads.
        cost: The cost of a network, positive, from what `Architecture.cost` returns. A decision needs thousands.
        cap: The cap on it, in its unit; None where there is none.
        value_per_cost: The value that Optuna stores, for a cost of 1.
    """

    name: str
    unit: str
    cost: Callable[[Cost], float]
    cap: Callable[[Caps], float | None] = _uncapped
    value_per_cost: float = 1.0

    def to_dict(self) -> dict[str, str]:
        """Name and unit, which are stored with a study."""
        return {"name": self.name, "unit": self.unit}


FLOPS = Objective(
    "flops", "FLOPs", lambda cost: float(cost.multiply_adds), cap=lambda caps: caps.flops, value_per_cost=2.0
)
"""The default. Costs are multiply-adds, of which each is two FLOPs."""

PARAMETERS = Objective(
    "parameters", "parameters", lambda cost: float(cost.parameters), cap=lambda caps: caps.parameters
)
"""In all."""

RAM = Objective("ram_bytes", "bytes", lambda cost: _bytes(cost.ram_bytes), cap=lambda caps: caps.ram_bytes)
"""What an int8 interpreter needs for tensors."""

FLASH = Objective("flash_bytes", "bytes", lambda cost: _bytes(cost.flash_bytes), cap=lambda caps: caps.flash_bytes)
"""The size of the int8 file."""


def _bytes(number: int | None) -> float:
    if number is None:
        raise ValueError("RAM and flash of this network are unknown. Search with --objective flops.")
    return float(number)

"""Caps: upper limits on the cost of a network, and a lower one."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol


class CappedCost(Protocol):
    """What caps ask of a cost."""

    @property
    def flops(self) -> float:
        """For one image."""

    @property
    def parameters(self) -> float:
        """In all."""


class StoredCost(NamedTuple):
    """What caps ask of a cost, read from a stored trial."""

    flops: float
    parameters: float


@dataclass(frozen=True)
class Caps:
    """What a network may cost; None is no cap.

    Attributes:
        flops: For one image.
        parameters: In all.
        min_flops: The fewest for one image, for a search near a budget.
    """

    flops: float | None = None
    parameters: float | None = None
    min_flops: float | None = None

    def excess(self, cost: CappedCost) -> dict[str, float]:
        """By how much a cost is above each cap, or below the minimum, as a share of it; 0 or less fits."""
        capped = {"max_flops": (cost.flops, self.flops), "max_params": (cost.parameters, self.parameters)}
        excess = {name: value / cap - 1 for name, (value, cap) in capped.items() if cap is not None}
        return excess | ({"min_flops": 1 - cost.flops / self.min_flops} if self.min_flops is not None else {})

    def allow(self, cost: CappedCost) -> bool:
        """Whether a cost is within every cap."""
        # Not by `excess`: a proposal asks it of a thousand networks.
        return (
            (self.flops is None or cost.flops <= self.flops)
            and (self.parameters is None or cost.parameters <= self.parameters)
            and (self.min_flops is None or cost.flops >= self.min_flops)
        )

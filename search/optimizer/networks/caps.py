"""What a network may cost, and must."""

from dataclasses import dataclass
from typing import NamedTuple


class Spent(NamedTuple):
    """What caps ask of a cost, for where no `Cost` is at hand."""

    flops: float
    parameters: float


@dataclass(frozen=True)
class Caps:
    """What a network may cost; None is no cap.

    Attributes:
        flops: For one image.
        parameters: In all.
        least_flops: That it must have: who has a budget to spend may search close to it.
    """

    flops: float | None = None
    parameters: float | None = None
    least_flops: float | None = None

    def excess(self, cost) -> dict[str, float]:
        """By how much a cost passes each cap, or misses the least, as a share of it; 0 or less fits."""
        spent = {"max_flops": (cost.flops, self.flops), "max_params": (cost.parameters, self.parameters)}
        excess = {name: value / cap - 1 for name, (value, cap) in spent.items() if cap is not None}
        return excess | ({"min_flops": 1 - cost.flops / self.least_flops} if self.least_flops is not None else {})

    def allow(self, cost) -> bool:
        """Whether a cost is within every cap."""
        # Not by `excess`: a proposal asks it of a thousand networks.
        return (
            (self.flops is None or cost.flops <= self.flops)
            and (self.parameters is None or cost.parameters <= self.parameters)
            and (self.least_flops is None or cost.flops >= self.least_flops)
        )

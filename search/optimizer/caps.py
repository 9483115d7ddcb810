"""What a network may cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caps:
    """What a network may cost; None is no cap.

    Attributes:
        flops: For one image.
        parameters: In all.
    """

    flops: float | None = None
    parameters: float | None = None

    def excess(self, cost) -> dict[str, float]:
        """By how much a cost passes each cap, as a share of the cap; 0 or less fits."""
        spent = {"max_flops": (cost.flops, self.flops), "max_params": (cost.parameters, self.parameters)}
        return {name: value / cap - 1 for name, (value, cap) in spent.items() if cap is not None}

    def allow(self, cost) -> bool:
        """Whether a cost is within every cap."""
        return all(excess <= 0 for excess in self.excess(cost).values())

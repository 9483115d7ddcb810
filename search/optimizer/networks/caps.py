"""Caps: upper limits on the cost of a network, and a lower one."""

import math
from collections.abc import Iterator, Sequence
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

    @property
    def ram_bytes(self) -> float | None:
        """For tensors, of an int8 interpreter; None where it is unknown."""

    @property
    def flash_bytes(self) -> float | None:
        """Of the int8 file; None where it is unknown."""


class PlainCost(NamedTuple):
    """A cost as plain numbers."""

    flops: float
    parameters: float
    ram_bytes: float | None = None
    flash_bytes: float | None = None


@dataclass(frozen=True)
class Caps:
    """What a network may cost; None is no cap. What is unknown of a network is above any cap on it.

    Attributes:
        flops: For one image.
        parameters: In all.
        min_flops: The fewest for one image, for a search near a budget.
        ram_bytes: RAM that an int8 interpreter needs for tensors.
        flash_bytes: Size of the int8 file.
    """

    flops: float | None = None
    parameters: float | None = None
    min_flops: float | None = None
    ram_bytes: float | None = None
    flash_bytes: float | None = None

    def excess(self, cost: CappedCost) -> dict[str, float]:
        """By how much a cost is above each cap, or below the minimum, as a share of it; 0 or less fits."""
        excess = {f"max_{name}": value / cap - 1 for name, _, value, cap in self._maxima(cost)}
        return excess | ({"min_flops": 1 - cost.flops / self.min_flops} if self.min_flops is not None else {})

    def allow(self, cost: CappedCost) -> bool:
        """Whether a cost is within every cap."""
        # Not by `excess`: a proposal asks it of a thousand networks. RAM and flash take the longest to count.
        return (
            (self.flops is None or cost.flops <= self.flops)
            and (self.min_flops is None or cost.flops >= self.min_flops)
            and (self.parameters is None or cost.parameters <= self.parameters)
            and (self.flash_bytes is None or _known(cost.flash_bytes) <= self.flash_bytes)
            and (self.ram_bytes is None or _known(cost.ram_bytes) <= self.ram_bytes)
        )

    def broken(self, cost: CappedCost) -> str:
        """The caps that a cost breaks, for a person; empty if it is within every cap."""
        parts = [
            f"{value:,.0f} {unit}, at most {cap:,.0f}" for _, unit, value, cap in self._maxima(cost) if value > cap
        ]
        if self.min_flops is not None and cost.flops < self.min_flops:
            parts.append(f"{cost.flops:,.0f} FLOPs, at least {self.min_flops:,.0f}")
        return "; ".join(parts)

    @property
    def options(self) -> str:
        """The caps that there are, as a person types them: `--max-flops or --max-ram`."""
        return _options([name for name, limit in self._limits() if limit is not None])

    def too_tight(self, least: CappedCost) -> str:
        """The upper limits below the least of each cost, as a person types them; all caps where there is none."""
        alone = [f"max_{name}" for name, _, value, cap in self._maxima(least) if value > cap]
        return _options(alone) if alone else self.options

    def _limits(self) -> list[tuple[str, float | None]]:
        return [
            ("min_flops", self.min_flops),
            ("max_flops", self.flops),
            ("max_params", self.parameters),
            ("max_ram", self.ram_bytes),
            ("max_flash", self.flash_bytes),
        ]

    def _maxima(self, cost: CappedCost) -> Iterator[tuple[str, str, float, float]]:
        """Name, unit, the cost and its cap, of each upper limit that there is."""
        if self.flops is not None:
            yield "flops", "FLOPs", cost.flops, self.flops
        if self.parameters is not None:
            yield "params", "parameters", cost.parameters, self.parameters
        if self.ram_bytes is not None:
            yield "ram", "bytes of RAM", _known(cost.ram_bytes), self.ram_bytes
        if self.flash_bytes is not None:
            yield "flash", "bytes of flash", _known(cost.flash_bytes), self.flash_bytes


def _options(names: Sequence[str]) -> str:
    *first, last = [f"--{name.replace('_', '-')}" for name in names] or ["the caps"]
    return f"{', '.join(first)} or {last}" if first else last


def _known(number: float | None) -> float:
    return math.inf if number is None else number

"""Round ticks for logarithmic axes of costs, and their labels: as many as fit, never one alone."""

import itertools
import math
from collections.abc import Sequence

LARGEST_LINEAR_RATIO = 6
"""Highest over lowest cost up to which ticks are evenly spaced numbers: of 1, 2, 5 and 10 too few would be inside."""

_MOST_TICKS = 9
_CHARACTERS_BETWEEN = 1.5  # two labels at least
_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))


def cost_range(costs: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest cost with a margin on each side, for a logarithmic axis.

    Args:
        costs: Positive, one or more.
    """
    low, high = math.log10(min(costs)), math.log10(max(costs))
    margin = 0.05 * (high - low) or 0.1
    return 10 ** (low - margin), 10 ** (high + margin)


def fitting_ticks(low: float, high: float, *, characters: float) -> list[float]:
    """Round numbers between two costs, as many as have room: their labels do not touch. Two or more.

    Args:
        low, high: Positive: the ends of a logarithmic axis.
        characters: The length of the axis, in characters of its labels.
    """
    candidates = [cost_ticks(low, high, most=most) for most in range(_MOST_TICKS, 1, -1)]
    several = [ticks for ticks in candidates if len(ticks) > 1]
    per_log = characters / math.log(high / low)
    return next((ticks for ticks in several if _have_room(ticks, per_log=per_log)), several[-1])


def _have_room(ticks: Sequence[float], *, per_log: float) -> bool:
    return all(
        per_log * math.log(right / left) >= (len(tick_label(left)) + len(tick_label(right))) / 2 + _CHARACTERS_BETWEEN
        for left, right in itertools.pairwise(ticks)
    )


def cost_ticks(low: float, high: float, *, most: int) -> list[float]:
    """Round numbers between two costs, for a logarithmic axis: two or more, if `most` is 5 or more.

    Args:
        low, high: Positive.
        most: Largest number of ticks, at least 2.
    """
    if high / low <= LARGEST_LINEAR_RATIO:
        return round_ticks(low, high, most=min(most, 5))
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10.0**exponent for exponent in exponents for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) <= most:
            return inside
    return inside[:: math.ceil(len(inside) / most)]


def round_ticks(low: float, high: float, *, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between two numbers, as many as fit.

    Args:
        low, high: Finite, `low` below `high`.
        most: Largest number of ticks, at least 2.
    """
    power = math.floor(math.log10((high - low) / most))
    steps = [step * 10.0**exponent for exponent in (power, power + 1) for step in (1, 2, 5)]
    for step in steps:
        multiples = range(math.ceil(low / step), math.floor(high / step) + 1)
        if len(multiples) <= most:
            return [float(f"{multiple * step:.10g}") for multiple in multiples]
    raise AssertionError("the coarsest step is wider than the range")


def tick_label(cost: float) -> str:
    """`3.5 M`, `20 k`: all digits that tell a tick from its neighbours, and no more."""
    size, suffix = next(((size, suffix) for size, suffix in _UNITS if cost >= size), _UNITS[-1])
    return f"{cost / size:.7g} {suffix}".rstrip()

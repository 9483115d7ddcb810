"""How numbers and lists are written for a person."""

from collections.abc import Sequence


def with_unit(value: float) -> str:
    """A count as a person reads it: 21.2 M."""
    for factor, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value:.3g}"


def counted(number: int, thing: str) -> str:
    """1 trial, 2 trials."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def listed(words: Sequence[str], *, most: int, separator: str = ", ") -> str:
    """The first words of many, and how many more there are: a, b, c and 7 more."""
    if len(words) <= most:
        return separator.join(words)
    return f"{separator.join(words[:most])} and {len(words) - most:,} more"


def times_fewer(count: float, baseline: float) -> str:
    """A positive count beside another: "6.8 times fewer", "1.2 times more", "as many"."""
    factor = max(count, baseline) / min(count, baseline)
    if factor < 1.05:
        return "as many" if count == baseline else "about as many"
    digits = 1 if factor < 100 else 0
    return f"{factor:,.{digits}f} times {'more' if count > baseline else 'fewer'}"

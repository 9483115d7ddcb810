"""How numbers are written for a person."""


def amount(number: float | None, *, unit: str = "") -> str:
    """`12.5 M`, `1.53 G`, `870 k`: three digits and a suffix; a dash for what is unknown."""
    if number is None:
        return "-"
    for size, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size * 0.9995:
            return f"{_three_digits(number / size)} {suffix}{unit}"
    return f"{_three_digits(number)} {unit}".rstrip()


def memory(number: float | None) -> str:
    """Bytes as data sheets of boards count them: `900 B`, `21.2 kB` of 1,024 bytes, `1.50 MB`; a dash for unknown."""
    if number is None:
        return "-"
    for size, unit in ((2**20, "MB"), (2**10, "kB")):
        if number >= size * 0.9995:
            return f"{_three_digits(number / size)} {unit}"
    return f"{number:.0f} B"


def _three_digits(number: float) -> str:
    decimals = 0 if number >= 99.95 or number == int(number) else 1 if number >= 9.995 else 2
    return f"{number:.{decimals}f}"


def percent(accuracy: float | None) -> str:
    """`81.25 %` for 0.8125; a dash for what is unknown."""
    return "-" if accuracy is None else f"{100 * accuracy:.2f} %"


def counted(number: int, thing: str) -> str:
    """`1 epoch`, `1,000 epochs`."""
    return f"{number:,} {thing}{'s' * (number != 1)}"

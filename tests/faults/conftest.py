"""The table at the end: which faults were put in, and what they cost."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

_ROWS = pytest.StashKey[list]()


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        fault: In words.
        injected: How often.
        lost: Finished trials that were lost.
        doubled: Trials or runs too many.
        seconds: That it took, at the longest, to be at work again.
    """

    fault: str
    injected: int
    lost: int
    doubled: int
    seconds: float


@pytest.fixture
def injected(request) -> Callable[..., None]:
    """Enters a line into the table."""
    rows = request.config.stash.setdefault(_ROWS, [])
    return lambda *columns, **named: rows.append(Row(*columns, **named))


def pytest_terminal_summary(terminalreporter, config) -> None:
    rows = config.stash.get(_ROWS, [])
    if not rows:
        return
    terminalreporter.section("faults")
    terminalreporter.line(f"{'fault':64} {'times':>6} {'lost':>5} {'doubled':>8} {'seconds':>8}")
    for row in rows:
        terminalreporter.line(f"{row.fault:64} {row.injected:6} {row.lost:5} {row.doubled:8} {row.seconds:8.1f}")

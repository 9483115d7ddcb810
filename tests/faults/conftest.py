"""The table at the end: which faults were put in, and what they cost."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest

ROW = "fault"
"""Name of a line among a test's properties, with which it comes from whatever process ran the test."""


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
def injected(record_property) -> Callable[..., None]:
    """Enters a line into the table."""
    return lambda *columns, **named: record_property(ROW, asdict(Row(*columns, **named)))


def pytest_terminal_summary(terminalreporter) -> None:
    reports = [one for each in terminalreporter.stats.values() for one in each if getattr(one, "when", None) == "call"]
    found = [Row(**value) for report in reports for name, value in report.user_properties if name == ROW]
    if not found:
        return
    terminalreporter.section("faults")
    terminalreporter.line(f"{'fault':64} {'times':>6} {'lost':>5} {'doubled':>8} {'seconds':>8}")
    for row in sorted(found, key=lambda row: row.fault):
        terminalreporter.line(f"{row.fault:64} {row.injected:6} {row.lost:5} {row.doubled:8} {row.seconds:8.1f}")

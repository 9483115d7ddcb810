"""The table at the end of a test run: which faults were injected, and what they cost."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest

ROW = "fault"
"""Name of a row among a test's properties. Properties reach the table from whatever process ran the test."""


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        fault: The fault in words.
        times: How often it was injected.
        lost: Finished trials that were lost.
        doubled: Trials or runs too many.
        seconds: The longest time until the search worked again.
    """

    fault: str
    times: int
    lost: int
    doubled: int
    seconds: float


@pytest.fixture
def report_fault(record_property) -> Callable[..., None]:
    """Adds a row to the table: called with the attributes of `Row`."""
    return lambda *columns, **named: record_property(ROW, asdict(Row(*columns, **named)))


def pytest_terminal_summary(terminalreporter) -> None:
    reports = [one for each in terminalreporter.stats.values() for one in each if getattr(one, "when", None) == "call"]
    rows = [Row(**value) for report in reports for name, value in report.user_properties if name == ROW]
    if not rows:
        return
    terminalreporter.section("faults")
    terminalreporter.line(f"{'fault':64} {'times':>6} {'lost':>5} {'doubled':>8} {'seconds':>8}")
    for row in sorted(rows, key=lambda row: row.fault):
        terminalreporter.line(f"{row.fault:64} {row.times:6} {row.lost:5} {row.doubled:8} {row.seconds:8.1f}")

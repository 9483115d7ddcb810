"""The comparison as tables: for the terminal, and as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from search.comparison.measured import Measured
from search.comparison.networks import Network
from search.comparison.rules import Rule
from search.quantities import with_unit

COLUMNS = (
    "Network",
    "Recipe",
    "Parameters",
    "Fewer",
    "MACs",
    "Train s",
    "Test %",
    "Difference",
    "Test loss",
    "int8 %",
    "ms",
)
RULE_COLUMNS = ("Rule", "Verdict", "Effect, points", "95 % interval", "Compared")


def cells(row: Mapping[str, Any]) -> list[str]:
    """A row of `Measured.row`, as a person reads it, under `COLUMNS`; MACs are multiply-adds, ms those of an image."""
    deviation = row["test_accuracy_std"]
    return [
        row["network"],
        row["recipe"],
        with_unit(row["parameters"]),
        f"{row['fewer_parameters_percent']:.0f} %, {row['fewer_parameters_factor']:.1f}x",
        with_unit(row["multiply_adds"]),
        f"{row['training_seconds']:.0f}",
        f"{row['test_accuracy']:.2f}" + ("" if deviation is None else f" ± {deviation:.2f}"),
        f"{row['difference_points']:+.2f}",
        f"{row['test_loss']:.3f}",
        _or_dash(row["int8_accuracy"], 2),
        _or_dash(row["latency_ms"], 3),
    ]


def rule_cells(rule: Rule) -> list[str]:
    """A rule as a person reads it, under `RULE_COLUMNS`."""
    known = rule.effect is not None
    return [
        rule.rule,
        rule.verdict,
        f"{rule.effect:+.1f}" if known else "-",
        f"{rule.low:+.1f} to {rule.high:+.1f}" if known else "-",
        rule.compared,
    ]


def terminal_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "") -> Table:
    """A table of texts."""
    table = Table(caption=caption or None, caption_justify="left")
    for place, column in enumerate(columns):
        words = place == 0 or column in ("Recipe", "Compared", "Verdict")
        table.add_column(column, justify="left" if words else "right")
    for row in rows:
        table.add_row(*map(Text, row))  # a network's name is what a folder is called
    return table


def rows_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Mappings of the same keys as CSV; unknown values are empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def layer_rows(networks: Sequence[Network]) -> list[dict[str, Any]]:
    """The layers of all networks with their costs."""
    return [{"network": network.name, **row} for network in networks for row in network.architecture.cost().table()]


def baseline_of(found: Sequence[Measured], recipe: str) -> Measured:
    """The first network under the recipe, which the others stand beside."""
    return next(one for one in found if one.recipe == recipe)


def _or_dash(value: float | None, decimals: int) -> str:
    return "-" if value is None else f"{value:.{decimals}f}"

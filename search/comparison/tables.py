"""A comparison as tables, for the terminal and as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

from search.comparison.evaluated_network import EvaluatedNetwork
from search.comparison.networks import NamedNetwork
from search.comparison.rules import Rule
from search.comparison.savings import Saving
from search.quantities import with_unit

COLUMNS = ("Network", "Recipe", "MACs", "Parameters", "Train s", "Test %", "Difference", "Test loss", "int8 %", "ms")
SAVING_COLUMNS = ("Network", "Layer", "K", "C in", "C out", "M", "Standard", "Separable", "Counted", "Formula", "As in")
RULE_COLUMNS = ("Rule", "Verdict", "Effect, points", "95 % interval", "Compared")


def cells(row: Mapping[str, Any]) -> list[str]:
    """A row of `EvaluatedNetwork.row` as texts for `COLUMNS`; MACs are multiply-adds, ms milliseconds for one image."""
    deviation = row["test_accuracy_std"]
    lower_bound = "at least " if row["uncounted_layers"] else ""
    return [
        row["network"],
        row["recipe"],
        lower_bound + _beside_baseline(row["multiply_adds"], row["fewer_multiply_adds_factor"]),
        _beside_baseline(row["parameters"], row["fewer_parameters_factor"]),
        f"{row['training_seconds']:.0f}",
        f"{row['test_accuracy']:.2f}" + ("" if deviation is None else f" ± {deviation:.2f}"),
        f"{row['difference_points']:+.2f}",
        f"{row['test_loss']:.3f}",
        _or_dash(row["int8_accuracy"], 2),
        _or_dash(row["latency_ms"], 3),
    ]


def _beside_baseline(count: int, times_fewer: float | None) -> str:
    """A count, such as "1.55 M, 6.8x fewer"."""
    if times_fewer is None or times_fewer == 1:
        return with_unit(count)
    times, word = (times_fewer, "fewer") if times_fewer > 1 else (1 / times_fewer, "more")
    return f"{with_unit(count)}, {times:,.1f}x {word}"


def saving_cells(saving: Saving) -> list[str]:
    """A saving as texts for `SAVING_COLUMNS`."""
    layer = saving.separable
    return [
        saving.network,
        layer.name,
        str(layer.kernel_size),
        f"{layer.input_channels:,}",
        f"{layer.filters:,}",
        str(layer.depth_multiplier),
        f"{saving.standard_multiply_adds:,}",
        f"{layer.multiply_adds:,}",
        f"{saving.counted_ratio:.4f}",
        f"{saving.formula()} = {saving.formula_ratio:.4f}",
        saving.standard_network or "-",
    ]


def rule_cells(rule: Rule) -> list[str]:
    """A rule as texts for `RULE_COLUMNS`."""
    is_known = rule.effect is not None
    return [
        rule.rule,
        rule.verdict,
        f"{rule.effect:+.1f}" if is_known else "-",
        f"{rule.low:+.1f} to {rule.high:+.1f}" if is_known else "-",
        rule.compared,
    ]


def terminal_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "") -> Table:
    """A table of texts for the terminal."""
    table = Table(caption=caption or None, caption_justify="left")
    for index, column in enumerate(columns):
        is_text = index == 0 or column in ("Recipe", "Compared", "Verdict")
        table.add_column(column, justify="left" if is_text else "right")
    for row in rows:
        table.add_row(*row)
    return table


def rows_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Mappings with the same keys as CSV; None is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def layer_rows(networks: Sequence[NamedNetwork]) -> list[dict[str, Any]]:
    """A row for each layer of each network, with its costs."""
    return [{"network": network.name, **row} for network in networks for row in network.architecture.cost().table()]


def baseline_of(networks: Sequence[EvaluatedNetwork], recipe: str) -> EvaluatedNetwork:
    """The first network with a recipe, to which the others are compared."""
    return next(network for network in networks if network.recipe == recipe)


def _or_dash(value: float | None, decimals: int) -> str:
    return "-" if value is None else f"{value:.{decimals}f}"

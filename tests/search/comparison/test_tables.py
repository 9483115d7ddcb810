"""A comparison as tables, for the terminal and as CSV."""

import csv
import io
from types import SimpleNamespace

import pytest

from search.cli.messages import console
from search.comparison.rules import Rule
from search.comparison.tables import RULE_COLUMNS, baseline_of, rows_csv, rule_cells, terminal_table


@pytest.mark.parametrize("name", ["[/b]", "[red]x", ":dog:", "<script>"])
def test_any_name_is_printed_as_it_is(capsys, name):
    console().print(terminal_table(("Network", "Recipe"), [(name, "one")]))
    assert name in capsys.readouterr().out


def test_rows_become_csv_with_empty_cells_for_unknown_values():
    text = rows_csv([{"network": "a, b", "latency_ms": None}, {"network": '"c"', "latency_ms": 0.5}])
    assert list(csv.DictReader(io.StringIO(text))) == [
        {"network": "a, b", "latency_ms": ""},
        {"network": '"c"', "latency_ms": "0.5"},
    ]


def test_a_rule_without_an_effect_has_dashes():
    known = Rule("it pays", "a instead of b", 1.25, -0.5, 3.0, "undecided", 40, 1)
    assert rule_cells(known) == ["it pays", "undecided", "+1.2", "-0.5 to +3.0", "a instead of b"]
    unknown = Rule("it pays", "a instead of b", None, None, None, "undecided", 40, 1)
    assert rule_cells(unknown)[2:4] == ["-", "-"] and len(rule_cells(unknown)) == len(RULE_COLUMNS)


def test_the_baseline_is_the_first_network_of_the_same_recipe():
    networks = [SimpleNamespace(recipe=recipe) for recipe in ("notebook", "one-cycle", "one-cycle")]
    assert baseline_of(networks, "one-cycle") is networks[1]

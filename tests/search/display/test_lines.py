"""The front as a table: what it shows of memory and boards, and that it leaves networks room."""

import optuna
import pytest
from rich.console import Console

from search.display import front_table
from spaces.reference import REFERENCES

NAMES = ("SeparableCNN", "HybridCNN-XS")


def stored(name):
    """A complete trial of a reference network, as an earlier version has stored it: without RAM and flash."""
    architecture = REFERENCES[name]()
    cost = architecture.cost()
    attributes = {"architecture": architecture.to_dict(), "architecture.words": architecture.words()}
    costs = {"macs": cost.multiply_adds, "parameters": cost.parameters}
    return optuna.trial.create_trial(values=[0.5, cost.flops], user_attrs=attributes | costs), cost


def printed(front, *, width, **options):
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(front_table(front, knee=None, width=width, **options))
    lines = console.export_text().splitlines()
    assert all(len(line) <= width for line in lines)
    head = [cell.strip() for cell in lines[2].strip("┃").split("┃")]
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]
    return head, [dict(zip(head, row, strict=True)) for row in rows if row[0]]


def kilobytes(text):
    number, unit = text.split()
    return float(number) * {"B": 1 / 1024, "kB": 1, "MB": 1024}[unit]


def test_ram_and_flash_of_an_earlier_version_follow_from_the_network():
    front, costs = zip(*map(stored, NAMES), strict=True)
    _, rows = printed(front, width=100)
    for row, cost in zip(rows, costs, strict=True):
        assert kilobytes(row["RAM"]) == pytest.approx(cost.ram_bytes / 1024, rel=0.01)
        assert kilobytes(row["flash"]) == pytest.approx(cost.flash_bytes / 1024, rel=0.01)


@pytest.mark.parametrize(
    ("width", "boards", "columns"),
    [
        (80, False, ["FLOPs", "RAM", "flash", "", "network"]),
        (100, False, ["FLOPs", "parameters", "RAM", "flash", "", "network"]),
        (100, True, ["FLOPs", "RAM", "flash", "fits", "", "network"]),
        (120, True, ["FLOPs", "parameters", "RAM", "flash", "fits", "", "network"]),
    ],
)
def test_a_narrow_terminal_has_fewer_columns(width, boards, columns):
    head, _ = printed([stored(name)[0] for name in NAMES], width=width, boards=boards)
    assert head == ["trial", "accuracy %", *columns]


def test_boards_are_named_beside_each_network():
    _, rows = printed([stored(name)[0] for name in NAMES], width=160, boards=True)
    assert [row["fits"] for row in rows][1] == "all"
    assert rows[0]["fits"].startswith("all but l432")  # 276 k parameters do not fit into half of 256 kB


def test_what_is_unknown_has_no_column():
    trial, _ = stored(NAMES[0])
    del trial.user_attrs["architecture"]
    head, [row] = printed([trial], width=80)
    assert head == ["trial", "accuracy %", "FLOPs", "parameters", "", "network"]
    assert row["parameters"] == "276 k"

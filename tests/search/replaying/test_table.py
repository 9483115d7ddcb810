"""Tables of results: read from files of every shape, and scored as by brute force."""

import numpy as np
import pytest

from search.errors import SearchError
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.replaying import table as table_module
from search.replaying.table import read_table, share_of_true_front
from tests.search.replaying.toy_table import toy_table


@pytest.fixture
def table(tmp_path):
    return toy_table(tmp_path / "toy.csv")


def test_a_table_has_the_values_of_its_file(table):
    table_read = read_table(table)
    assert table_read.choices == {"kind": ("cheap", "odd", "plain"), "width": (8, 16, 32, 64)}
    assert table_read.epochs == (2, 8)
    network = table_read.architecture(StoredHyperParameters({"kind": "cheap", "width": 16}))
    assert network.cost().multiply_adds == 32_000
    assert network.cost().flops == 64_000
    assert network.cost().parameters == 16


def test_blank_lines_at_the_end_are_none(table, tmp_path):
    path = tmp_path / "blank.csv"
    path.write_text(toy_table(tmp_path / "toy.csv").read_text() + "\n\n")
    assert read_table(path).choices == read_table(table).choices


def test_choices_without_a_row_become_the_row_that_agrees_longest(table, tmp_path):
    rows = [line for line in table.read_text().splitlines()[1:] if not line.startswith("cheap,64")]
    table_read = read_table(toy_table(tmp_path / "holes.csv", rows=rows))
    network = table_read.architecture(StoredHyperParameters({"kind": "cheap", "width": 64}))
    assert network.params["kind"] == "cheap"


def test_a_table_lists_its_rows_and_each_describes_itself(table, tmp_path):
    rows = [line for line in table.read_text().splitlines()[1:] if not line.startswith("cheap,64")]
    table_read = read_table(toy_table(tmp_path / "holes.csv", rows=rows))
    listed = list(table_read.all_params())
    networks = [table_read.architecture(StoredHyperParameters(params)) for params in listed]
    assert [network.row for network in networks] == list(range(len(rows)))
    assert [dict(network.params) for network in networks] == listed


def test_the_score_equals_brute_force_on_a_grid(table):
    table_read = read_table(table)
    bounds = table_read.bounds(reference_accuracy=0.8)
    rows = [0, 3, 5, 7, 10]
    validation, macs, test = table_read.validation[8], table_read.macs, table_read.test
    chosen = [
        r for r in rows if not any(macs[o] <= macs[r] and validation[o] > validation[r] for o in rows if o != r)
    ]  # fmt: skip
    grid = np.exp(np.linspace(np.log(bounds.lowest_cost), np.log(bounds.highest_cost), 50_001)[:-1])

    def area(members):
        return np.mean([max([0.0] + [test[m] - 0.8 for m in members if macs[m] <= cost]) for cost in grid[::10]])

    expected = area(chosen) / area(range(len(macs)))
    assert share_of_true_front(table_read, rows, bounds=bounds) == pytest.approx(expected, abs=3e-3)
    assert share_of_true_front(table_read, [], bounds=bounds) == 0
    assert share_of_true_front(table_read, range(len(macs)), bounds=bounds) <= 1


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("macs,valid@2,test@2\n", ["1,2,3", "2,3,4"], "choice columns"),
        ("a,b,valid@2,test@2\n", ["x,1,2,3", "y,2,3,4"], "macs"),
        ("a,macs,test@2\n", ["x,1,2", "y,2,3"], "valid@E"),
        ("a,macs,valid@2,test@1\n", ["x,1,2,3", "y,2,3,4"], "test@2"),
        ("a,a,macs,valid@2,test@2\n", ["x,y,1,2,3", "y,y,2,3,4"], "column twice"),
        ("a,macs,valid@2,test@2\n", ["x,1,2", "y,2,3,4"], "line 2"),
        ("a,macs,valid@2,test@2\n", ["x,1,2,3", "x,2,3,4"], "same choices"),
        ("a,macs,valid@2,test@2\n", ["x,0,2,3", "y,2,3,4"], "'0'"),
        ("a,macs,valid@2,test@2\n", ["x,1,nan,3", "y,2,3,4"], "'nan'"),
        ("a,macs,valid@2,test@2\n", ["x,1,good,3", "y,2,3,4"], "'good'"),
        ("a,macs,valid@2,test@2\n", ["x,1,2,3"], "two networks"),
        ("a,macs,valid@0,test@0\n", ["x,1,2,3", "y,2,3,4"], "valid@E"),
        ("a,macs,valid@x,test@2\n", ["x,1,2,3", "y,2,3,4"], "valid@E"),
        (f"a,macs,valid@{'9' * 5_000},test@2\n", ["x,1,2,3", "y,2,3,4"], "valid@E"),
        ("a,macs,valid@2,test@2\n", ["x,1,101,3", "y,2,3,4"], "from 0 to 100 in valid@2; line 2 has '101'"),
        ("a,macs,valid@2,test@2\n", ["x,1e308,2,3", "y,2,3,4"], "'1e308'"),
        ("a,macs,valid@2,test@2\n", [f"x,{'9' * 5_000},2,3", "y,2,3,4"], "in macs; line 2 has '999"),
        ("a,macs,valid@2,test@2\n", ["x,5,2,3", "y,5,3,4"], "have the same `macs`, 5"),
        (f"{'x' * 10_000},macs,valid@2,test@2\n", ["x,1,2", "y,2,3,4"], "has 4 columns, but line 2 has 3"),
        (f"{'x' * 10_000},valid@2,test@2\n", ["x,1,2", "y,2,3"], "needs choice columns and then `macs`; got"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_broken_table_is_one_sentence(tmp_path, header, rows, message):
    with pytest.raises(SearchError, match=message) as caught:
        read_table(toy_table(tmp_path / "broken.csv", header=header, rows=rows))
    assert len(str(caught.value)) < 600


def test_other_columns_are_ignored_and_odd_values_accepted(tmp_path):
    rows = ["nan,1e999,1,2,3,x", "1,2,2,3,4,y", f"nan2,{'9' * 5_000},3,4,5,"]
    table_read = read_table(toy_table(tmp_path / "odd.csv", header="a,b,macs,valid@2,test@2,valid@x\n", rows=rows))
    assert table_read.choices["a"] == ("1", "nan", "nan2") and "1e999" in table_read.choices["b"]
    assert table_read.epochs == (2,)


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    (tmp_path / "excel.csv").write_text("a,macs,valid@2,test@2\nx,1,2,3\ny,2,3,4\n", encoding="utf-8-sig")
    assert read_table(tmp_path / "excel.csv").columns == ("a",)


def test_another_encoding_and_an_endless_file_are_refused(tmp_path, monkeypatch):
    (tmp_path / "wide.csv").write_text("a,macs,valid@2,test@2\nx,1,2,3\ny,2,3,4\n", encoding="utf-16")
    with pytest.raises(SearchError, match="is not UTF-8. Save it as CSV in UTF-8"):
        read_table(tmp_path / "wide.csv")
    monkeypatch.setattr(table_module, "LARGEST_FILE", 1_000)
    with pytest.raises(SearchError, match="/dev/zero has more than 1,000 characters"):
        read_table("/dev/zero")

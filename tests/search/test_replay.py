"""The replay: tables of every shape, scores by brute force, and what a broken table is told."""

import json

import numpy as np
import pytest

from search.errors import SearchError
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.replay import main
from search.replaying import table as table_module
from search.replaying.repetition import Replay, repeat, search
from search.replaying.table import read_table, share_of_true_front

WORDS = "kind,width,macs,params,valid@2,valid@8,test@8\n"


def toy_table(path, *, header=WORDS, rows=None):
    if rows is None:
        random = np.random.default_rng(0)
        rows = [
            f"{kind},{width},{width * factor * 1000},{width},{60 + width / 4 + random.normal()},"
            f"{82 + width / 8 + bonus + random.normal() / 4},{82 + width / 8 + bonus}"
            for kind, factor, bonus in (("plain", 9, 2), ("cheap", 2, 0), ("odd", 5, 1))
            for width in (8, 16, 32, 64)
        ]
    path.write_text(header + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def table(tmp_path):
    return toy_table(tmp_path / "toy.csv")


def test_a_table_is_read_as_it_stands(table):
    found = read_table(table)
    assert found.choices == {"kind": ("cheap", "odd", "plain"), "width": (8, 16, 32, 64)}
    assert found.epochs == (2, 8)
    network = found.architecture(StoredHyperParameters({"kind": "cheap", "width": 16}))
    assert network.cost().multiply_adds == 32_000
    assert network.cost().flops == 64_000
    assert network.cost().parameters == 16


def test_answers_without_a_row_mean_the_row_that_agrees_longest(table, tmp_path):
    rows = [line for line in table.read_text().splitlines()[1:] if not line.startswith("cheap,64")]
    found = read_table(toy_table(tmp_path / "holes.csv", rows=rows))
    network = found.architecture(StoredHyperParameters({"kind": "cheap", "width": 64}))
    assert network.choices["kind"] == "cheap"


def test_the_score_equals_brute_force_on_a_grid(table):
    found = read_table(table)
    bounds = found.bounds(reference_accuracy=0.8)
    rows = [0, 3, 5, 7, 10]
    validation, macs, test = found.validation[8], found.macs, found.test
    chosen = [
        r for r in rows if not any(macs[o] <= macs[r] and validation[o] > validation[r] for o in rows if o != r)
    ]  # fmt: skip
    grid = np.exp(np.linspace(np.log(bounds.lowest_cost), np.log(bounds.highest_cost), 50_001)[:-1])

    def area(members):
        return np.mean([max([0.0] + [test[m] - 0.8 for m in members if macs[m] <= cost]) for cost in grid[::10]])

    expected = area(chosen) / area(range(len(macs)))
    assert share_of_true_front(found, rows, bounds=bounds) == pytest.approx(expected, abs=3e-3)
    assert share_of_true_front(found, [], bounds=bounds) == 0
    assert share_of_true_front(found, range(len(macs)), bounds=bounds) <= 1


@pytest.mark.parametrize("sampler", ["known-cost", "random", "tpe", "tpe-default", "nsga2"])
def test_a_whole_table_is_searched_without_a_duplicate(table, tmp_path, capsys, sampler):
    output = tmp_path / "out.json"
    status = main(
        ["--table", str(table), "--sampler", sampler, "--trials", "12", "--seeds", "2", "--output", str(output)]
    )
    assert status == 0
    found = json.loads(output.read_text())
    assert found["duplicates"] == 0
    assert found["sampler"] == sampler
    assert found["seeds"] == 2
    assert list(found["hypervolume_percent"]) == ["5", "10"]
    for values in found["hypervolume_percent"].values():
        assert len(values["per_seed"]) == 2
        assert values["mean"] == pytest.approx(np.mean(values["per_seed"]))
    assert "mean %" in capsys.readouterr().out


def test_the_same_seed_replays_alike(table, tmp_path):
    for name in ("one", "two"):
        main(["--table", str(table), "--budget", "10", "--seeds", "1", "--output", str(tmp_path / name)])
    one, two = (json.loads((tmp_path / name).read_text())["hypervolume_percent"] for name in ("one", "two"))
    assert one == two


def test_simulated_workers_are_compared_at_equal_training_time(table, tmp_path, capsys):
    output = tmp_path / "scaling.json"
    flags = ["--table", str(table), "--budget", "5", "--seeds", "2", "--output", str(output)]
    assert main([*flags, "--workers", "1", "4"]) == 0
    found = json.loads(output.read_text())
    one, four = found["scaling"]
    assert (found["workers"], one["workers"], four["workers"]) == (1, 1, 4)
    assert found["hypervolume_percent"] == one["hypervolume_percent"]
    assert one["speedup"] == pytest.approx(1)
    assert 1 < four["speedup"] <= 4
    assert one.keys() == four.keys() == found.keys() - {"scaling"}
    assert found["duplicates"] == four["duplicates"] == 0
    assert "times as quick" in capsys.readouterr().out


def test_of_one_number_of_workers_the_figures_stand_alone(table, tmp_path):
    for name, flags in (("usual", []), ("three", ["--workers", "3"])):
        output = tmp_path / name
        assert main(["--table", str(table), "--budget", "5", "--seeds", "1", "--output", str(output), *flags]) == 0
        found = json.loads(output.read_text())
        assert found["workers"] == (3 if flags else 1)
        assert "scaling" not in found
        assert list(found["hypervolume_percent"]) == ["5"]


@pytest.mark.parametrize("workers", [1, 3])
def test_what_counts_was_begun_within_the_budget(table, workers):
    found = read_table(table)
    bounds = found.bounds(reference_accuracy=0.8)
    replay = Replay(found, bounds, "known-cost", rungs=found.epochs, budget=10, workers=workers)
    _, pool = search(replay, 0)
    reached, spent, rows = repeat(replay, 0).reached, 0.0, []
    for training in pool.started:
        spent += training.seconds
        if spent <= 5 * 8 and training.job.milestones[-1] == 8:
            rows.append(training.job.architecture.row)
    assert rows
    assert reached[5] == pytest.approx(share_of_true_front(found, rows, bounds=bounds))
    assert sum(training.seconds for training in pool.started[:-1]) < 10 * 8 <= pool.spent


def test_one_column_of_epochs_is_enough(tmp_path):
    rows = [f"{word},{1000 * (i + 1)},{81 + i},{81 + i}" for i, word in enumerate("abcdefg")]
    path = toy_table(tmp_path / "one.csv", header="word,macs,valid@3,test@3\n", rows=rows)
    assert main(["--table", str(path), "--budget", "5", "--seeds", "1"]) == 0


@pytest.mark.parametrize(
    ("header", "rows", "said"),
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
        ("a,macs,valid@2,test@2\n", ["x,5,2,3", "y,5,3,4"], "networks of one cost alone, 5"),
        (f"{'x' * 10_000},macs,valid@2,test@2\n", ["x,1,2", "y,2,3,4"], "has 4 columns, but line 2 has 3"),
        (f"{'x' * 10_000},valid@2,test@2\n", ["x,1,2", "y,2,3"], "needs choice columns and then `macs`; got"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_broken_table_gets_a_sentence(tmp_path, header, rows, said):
    with pytest.raises(SearchError, match=said) as caught:
        read_table(toy_table(tmp_path / "broken.csv", header=header, rows=rows))
    assert len(str(caught.value)) < 600


def test_other_columns_and_odd_values_of_choices_are_taken(tmp_path):
    rows = ["nan,1e999,1,2,3,x", "1,2,2,3,4,y", f"nan2,{'9' * 5_000},3,4,5,"]
    found = read_table(toy_table(tmp_path / "odd.csv", header="a,b,macs,valid@2,test@2,valid@x\n", rows=rows))
    assert found.choices["a"] == ("1", "nan", "nan2") and "1e999" in found.choices["b"]
    assert found.epochs == (2,)


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    (tmp_path / "excel.csv").write_text("a,macs,valid@2,test@2\nx,1,2,3\ny,2,3,4\n", encoding="utf-8-sig")
    assert read_table(tmp_path / "excel.csv").columns == ("a",)


def test_another_encoding_and_a_file_without_an_end_are_told(tmp_path, monkeypatch):
    (tmp_path / "wide.csv").write_text("a,macs,valid@2,test@2\nx,1,2,3\ny,2,3,4\n", encoding="utf-16")
    with pytest.raises(SearchError, match="is not UTF-8. Save it as CSV in UTF-8"):
        read_table(tmp_path / "wide.csv")
    monkeypatch.setattr(table_module, "LARGEST_FILE", 1_000)
    with pytest.raises(SearchError, match="/dev/zero has more than 1,000 characters"):
        read_table("/dev/zero")


@pytest.mark.parametrize(
    ("flags", "status", "said"),
    [
        (["--table", "missing.csv"], 1, "missing.csv"),
        (["--sampler", "random"], 2, "--table"),
        (["--table", "toy.csv", "--budget", "0"], 2, "--budget"),
        (["--table", "toy.csv", "--workers", "0"], 2, "--workers"),
        (["--table", "toy.csv", "--trials", "5", "--budget", "5"], 2, "not allowed"),
        (["--table", "toy.csv", "--reference-accuracy", "99"], 1, "passes 99"),
        (["--table", "toy.csv", "--reference-accuracy", "100"], 2, "below 100"),
        (["--table", "toy.csv", "--output", "none/out.json"], 1, "there is no folder none."),
        (["--table", "toy.csv", "--output", "."], 1, "is a folder"),
    ],
)
def test_wrong_flags_get_a_sentence(table, monkeypatch, capsys, flags, status, said):
    monkeypatch.chdir(table.parent)
    try:
        found = main(flags)
    except SystemExit as end:
        found = end.code
    assert found == status
    assert said in capsys.readouterr().err

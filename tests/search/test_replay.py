"""`search.replay` as a command: every sampler, figures by seed and by workers, and wrong options."""

import itertools
import json
import re
import sys

import numpy as np
import pandas as pd
import pytest

from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.sampler import registry
from search.replay import main
from search.replaying.table import read_table, share_of_true_front
from spaces.hybrid import HybridSpace
from tests.imports import ROOT
from tests.search.replaying.toy_table import toy_table

GRID = list(itertools.product(["cheap", "plain"], [8, 16, 32]))


@pytest.fixture
def own_samplers(tmp_path, monkeypatch):
    """The name of a module in the current directory, with the samplers that a README shows."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    readme = (ROOT / "search" / "optimizer" / "README.md").read_text(encoding="utf-8")
    first, second = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)[:2]
    (tmp_path / "samplers_of_the_readme.py").write_text(second + first)
    yield "samplers_of_the_readme"
    sys.modules.pop("samplers_of_the_readme", None)


@pytest.fixture
def table(tmp_path):
    return toy_table(tmp_path / "toy.csv")


@pytest.mark.parametrize("sampler", ["known-cost", "random", "tpe", "tpe-default", "nsga2"])
def test_a_whole_table_is_searched_without_a_duplicate(table, tmp_path, capsys, sampler):
    output = tmp_path / "out.json"
    status = main(
        ["--table", str(table), "--sampler", sampler, "--trials", "12", "--seeds", "2", "--output", str(output)]
    )
    assert status == 0
    figures = json.loads(output.read_text())
    assert figures["duplicates"] == 0
    assert figures["sampler"] == sampler
    assert figures["seeds"] == 2
    assert list(figures["hypervolume_percent"]) == ["5", "10"]
    for values in figures["hypervolume_percent"].values():
        assert len(values["per_seed"]) == 2
        assert values["mean"] == pytest.approx(np.mean(values["per_seed"]))
    assert "mean %" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["Mutation", "sobol", "swish"])
def test_the_readmes_samplers_propose_networks(own_samplers, name):
    registry.check_sampler(f"{own_samplers}:{name}")
    space = HybridSpace(input_shape=(32, 32, 3), classes=10)
    registry.rehearse_sampler(f"{own_samplers}:{name}", Problem(space, Ladder((1,))))


def test_a_users_sampler_searches_what_it_wants(table, tmp_path, own_samplers, in_process):
    """A grid of six of the twelve networks: the replay ends with it, though it may train more."""
    sampler = f"{own_samplers}:grid"
    flags = ["--table", table.name, "--sampler", sampler, "--no-rungs", "--seeds", "2", "--output", "out.json"]
    done = in_process("search.replay", *flags, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads((tmp_path / "out.json").read_text())
    assert figures["sampler"] == sampler
    known = read_table(table)
    rows = [known.architecture(StoredHyperParameters({"kind": kind, "width": width})).row for kind, width in GRID]
    share = share_of_true_front(known, rows, bounds=known.bounds(reference_accuracy=0.8))
    assert figures["hypervolume_percent"]["10"]["per_seed"] == pytest.approx([100 * share] * 2)
    of_five, of_ten = (figures["hypervolume_percent"][budget]["per_seed"] for budget in ("5", "10"))
    assert of_five[0] != of_five[1] and min(of_five) < of_ten[0]  # The order of the grid is the seed's.


def test_the_same_seed_gives_the_same_figures(table, tmp_path):
    for name in ("one", "two"):
        main(["--table", str(table), "--budget", "10", "--seeds", "1", "--output", str(tmp_path / name)])
    one, two = (json.loads((tmp_path / name).read_text())["hypervolume_percent"] for name in ("one", "two"))
    assert one == two


def test_simulated_workers_are_compared_at_equal_training_time(table, tmp_path, capsys):
    output = tmp_path / "scaling.json"
    flags = ["--table", str(table), "--budget", "5", "--seeds", "2", "--output", str(output)]
    assert main([*flags, "--workers", "1", "4"]) == 0
    figures = json.loads(output.read_text())
    one, four = figures["scaling"]
    assert (figures["workers"], one["workers"], four["workers"]) == (1, 1, 4)
    assert figures["hypervolume_percent"] == one["hypervolume_percent"]
    assert one["speedup"] == pytest.approx(1)
    assert 1 < four["speedup"] <= 4
    assert one.keys() == four.keys() == figures.keys() - {"scaling"}
    assert figures["duplicates"] == four["duplicates"] == 0
    assert "speedup" in capsys.readouterr().out


def test_one_number_of_workers_has_no_scaling(table, tmp_path):
    for name, flags in (("usual", []), ("three", ["--workers", "3"])):
        output = tmp_path / name
        assert main(["--table", str(table), "--budget", "5", "--seeds", "1", "--output", str(output), *flags]) == 0
        figures = json.loads(output.read_text())
        assert figures["workers"] == (3 if flags else 1)
        assert "scaling" not in figures
        assert list(figures["hypervolume_percent"]) == ["5"]


def test_one_column_of_epochs_is_enough(tmp_path):
    rows = [f"{word},{1000 * (i + 1)},{81 + i},{81 + i}" for i, word in enumerate("abcdefg")]
    path = toy_table(tmp_path / "one.csv", header="word,macs,valid@3,test@3\n", rows=rows)
    assert main(["--table", str(path), "--budget", "5", "--seeds", "1"]) == 0


def test_samplers_are_compared_with_the_same_seeds(table, tmp_path, capsys):
    files = {flag: str(tmp_path / f"all.{flag}") for flag in ("output", "csv", "png")}
    names = ["known-cost", "tpe", "random"]
    flags = ["--table", str(table), "--budget", "6", "--seeds", "2", "--sampler"]
    written = ["--output", files["output"], "--csv", files["csv"], "--figure", files["png"]]
    assert main([*flags, *names, *written]) == 0
    shown = capsys.readouterr().out
    assert "± standard error, 2 seeds" in shown and "Difference to known-cost with the same seed" in shown
    shares = pd.read_csv(files["csv"])
    assert len(shares) == 3 * 2 * 6 and set(shares.unit) == {"full_trainings"}
    assert shares.groupby(["sampler", "seed"]).hypervolume.is_monotonic_increasing.all()
    figures = json.loads((tmp_path / "all.output").read_text())
    assert figures["sampler"] == "known-cost" and [each["sampler"] for each in figures["samplers"]] == names
    for each in figures["samplers"][::2]:
        assert main([*flags, each["sampler"], "--output", str(tmp_path / "one.json")]) == 0
        alone = json.loads((tmp_path / "one.json").read_text())
        assert alone["hypervolume_percent"] == each["hypervolume_percent"]
        in_table = shares[(shares.sampler == each["sampler"]) & (shares.budget == 5)].hypervolume
        assert 100 * in_table.to_numpy() == pytest.approx(each["hypervolume_percent"]["5"]["per_seed"])
    wide = shares.pivot(index=["budget", "seed"], columns="sampler", values="hypervolume")
    expected = 100 * (wide["tpe"] - wide["known-cost"]).groupby("budget").agg(["mean", "sem"])
    found = figures["paired_differences"]["tpe"]["5"]
    assert (found["mean"], found["standard_error"]) == pytest.approx(tuple(expected.loc[5]))
    assert found["seeds"] == 2 and (tmp_path / "all.png").read_bytes().startswith(b"\x89PNG")


def test_the_shares_do_not_depend_on_the_number_of_processes(table, tmp_path):
    for processes in ("1", "2"):
        flags = [
            "--table",
            str(table),
            "--sampler",
            "random",
            "--budget",
            "3",
            "--seeds",
            "2",
            "--processes",
            processes,
        ]
        assert main([*flags, "--csv", str(tmp_path / processes)]) == 0
    assert (tmp_path / "1").read_text() == (tmp_path / "2").read_text()


FAILING = """
import optuna

class Failing(optuna.samplers.RandomSampler):
    def __init__(self, seed, study_seed):
        super().__init__(seed)
        self.study_seed = study_seed

    def sample_independent(self, study, trial, name, distribution):
        if study.study_name == "replay" and {when}:
            raise {error}
        return super().sample_independent(study, trial, name, distribution)
"""


@pytest.fixture
def failing_sampler(tmp_path, monkeypatch):
    """Writes a module with a sampler that raises an error in a replay; returns the sampler's name."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)

    def write(*, error, when):
        (tmp_path / "failing_module.py").write_text(FAILING.format(error=error, when=when))
        return "failing_module:Failing"

    yield write
    sys.modules.pop("failing_module", None)


def test_a_sampler_that_fails_is_named_and_the_others_are_compared(table, failing_sampler, capsys):
    sampler = failing_sampler(error="RuntimeError('no idea')", when="trial.number == 3")
    flags = ["--table", str(table), "--budget", "6", "--seeds", "2", "--output", "all.json", "--csv", "all.csv"]
    assert main([*flags, "--sampler", "random", sampler, "tpe"]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert f"{sampler}, seed 1 has failed: the sampler {sampler} can't propose" in shown and "no idea" in shown
    assert "4 of 6 repetitions have ended well." in shown
    figures = json.loads((table.parent / "all.json").read_text())
    assert [each["sampler"] for each in figures["samplers"]] == ["random", "tpe"]
    assert set(pd.read_csv(table.parent / "all.csv").sampler) == {"random", "tpe"}


def test_where_nothing_is_known_nothing_is_written(table, failing_sampler, capsys):
    sampler = failing_sampler(error="RuntimeError('no idea')", when="trial.number == 3")
    (table.parent / "all.json").write_text("of yesterday")
    assert main(["--table", str(table), "--sampler", sampler, "--seeds", "2", "--output", "all.json"]) == 1
    assert "no idea" in capsys.readouterr().out
    assert (table.parent / "all.json").read_text() == "of yesterday"


def test_an_interrupt_loses_no_repetition_that_has_ended(table, failing_sampler, capsys):
    """The third repetition is interrupted: the first sampler has two seeds then, the other one."""
    sampler = failing_sampler(error="KeyboardInterrupt", when="self.study_seed == 1")
    flags = ["--table", str(table), "--budget", "6", "--seeds", "3", "--output", "all.json", "--csv", "all.csv"]
    assert main([*flags, "--sampler", "random", sampler]) == 130
    assert "3 of 6 repetitions have ended well." in " ".join(capsys.readouterr().out.split())
    shares = pd.read_csv(table.parent / "all.csv")
    assert shares.groupby("sampler").seed.nunique().to_dict() == {"random": 2, sampler: 1}
    assert json.loads((table.parent / "all.json").read_text())["paired_differences"][sampler]["5"]["seeds"] == 1


def test_differences_without_a_common_seed_are_unknown(table, failing_sampler):
    sampler = failing_sampler(error="RuntimeError", when="self.study_seed == 0")
    (table.parent / "failing_other.py").write_text(FAILING.format(error="RuntimeError", when="self.study_seed == 1"))
    flags = ["--table", str(table), "--budget", "6", "--seeds", "2", "--output", "all.json"]
    try:
        assert main([*flags, "--sampler", sampler, "failing_other:Failing"]) == 1
    finally:
        sys.modules.pop("failing_other", None)
    [difference] = json.loads((table.parent / "all.json").read_text())["paired_differences"].values()
    assert difference["5"] == {"mean": None, "standard_error": None, "seeds": 0}


def test_every_repetition_says_what_it_reached_in_the_end(table, capsys):
    assert main(["--table", str(table), "--budget", "3", "--seeds", "1", "--sampler", "random"]) == 0
    assert re.search(r"^seed 0: 3: [0-9.]+ %$", capsys.readouterr().out, re.MULTILINE)


def test_one_seed_has_no_standard_error(table, capsys):
    assert main(["--table", str(table), "--budget", "5", "--seeds", "1", "--sampler", "random", "tpe"]) == 0
    shown = capsys.readouterr().out
    assert "With one seed there is no standard error" in shown and "nan" not in shown


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--table", "toy.csv", "--figure", "front.pdf"], 2, "must end in .png; got 'front.pdf'"),
        (["--table", "toy.csv", "--figure", "none/front.png"], 1, "give another --figure."),
        (["--table", "toy.csv", "--csv", "."], 1, "Name a file: --csv."),
        (["--table", "toy.csv", "--csv", "./toy.csv"], 2, "--table and --csv name the same file"),
        (["--table", "toy.csv", "--csv", "all", "--output", "./all"], 2, "--output and --csv name the same file"),
        (["--table", "toy.csv", "--sampler", "tpe", "magic"], 2, "magic"),
        (["--table", "toy.csv", "--workers", "1", "4", "--sampler", "tpe", "random"], 2, "several samplers need one"),
        (["--table", "toy.csv", "--workers", "1", "4", "--csv", "all.csv"], 2, "--csv need one number of workers"),
        (["--table", "missing.csv"], 1, "missing.csv"),
        (["--sampler", "random"], 2, "--table"),
        (
            ["--table", "toy.csv", "--sampler", "tpe:"],
            2,
            "known-cost, tpe, tpe-default, nsga2, random, or a sampler of",
        ),
        (["--table", "toy.csv", "--sampler", "no_such_module:X"], 1, "there is no module 'no_such_module'"),
        (["--table", "toy.csv", "--sampler", "optuna.samplers:CmaEsSampler"], 1, "multi-objective"),
        (["--table", "toy.csv", "--sampler", "search.optimizer:KnownCostSampler"], 1, "use --sampler known-cost"),
        (["--table", "toy.csv", "--budget", "0"], 2, "--budget"),
        (["--table", "toy.csv", "--workers", "0"], 2, "--workers"),
        (["--table", "toy.csv", "--trials", "5", "--budget", "5"], 2, "not allowed"),
        (["--table", "toy.csv", "--reference-accuracy", "99"], 1, "passes 99"),
        (["--table", "toy.csv", "--reference-accuracy", "100"], 2, "below 100"),
        (["--table", "toy.csv", "--output", "none/out.json"], 1, "there is no folder none."),
        (["--table", "toy.csv", "--output", "."], 1, "is a folder"),
    ],
)
def test_a_wrong_option_is_one_sentence(table, monkeypatch, capsys, options, status, message):
    monkeypatch.chdir(table.parent)
    try:
        result = main(options)
    except SystemExit as end:
        result = end.code
    assert result == status
    assert message in capsys.readouterr().err

"""The front of a study as a command shows it, against the storage and a front recomputed from it."""

import csv
import io
import json

import optuna
import pytest
from PIL import Image

from search.front import main
from spaces.architecture import from_dict
from tests.search.conftest import TOTAL

STUDY = "digits-hybrid"


@pytest.fixture(scope="module")
def brute(searched):
    """(accuracy, FLOPs) of undominated trials by number, from Optuna's own reading."""
    storage = f"sqlite:///{searched[0]}/search.db"
    points = {t.number: t.values for t in optuna.load_study(study_name=STUDY, storage=storage).trials if t.values}

    def beaten(number):
        accuracy, flops = points[number]
        return any(a >= accuracy and f <= flops and (a, f) != (accuracy, flops) for a, f in points.values())

    return {number: values for number, values in points.items() if not beaten(number)}


def test_the_table_lists_the_front(searched, command, brute):
    done = command("search.front", STUDY, folder=searched[0])
    rows = [row for line in done.stdout.splitlines() if line.startswith("│") and (row := line.split("│"))[1].strip()]
    assert (done.returncode, done.stderr) == (0, "")
    assert {int(row[1]): float(row[2]) for row in rows} == {
        number: round(100 * accuracy, 1) for number, (accuracy, _) in brute.items()
    }
    assert f"{TOTAL} complete" in done.stdout
    assert done.stdout.endswith("Sampler: known-cost.\n")
    assert " fits " in done.stdout and "Fits: a network may take 75 % of a board's RAM" in done.stdout


def test_csv_and_json_have_the_same_front(searched, in_process, brute):
    rows = list(csv.DictReader(io.StringIO(in_process("search.front", "--csv", folder=searched[0]).stdout)))
    result = json.loads(in_process("search.front", STUDY, "--json", folder=searched[0]).stdout)
    assert {int(row["trial"]): [float(row["accuracy"]), float(row["flops"])] for row in rows} == brute
    assert {one["trial"]: [one["accuracy"], one["flops"]] for one in result["front"]} == brute
    assert result["knee"] in {*brute, None}  # None where the search is near chance
    assert [one["flops"] for one in result["front"]] == sorted(one["flops"] for one in result["front"])
    for one in result["front"]:
        cost = from_dict(one["architecture"]).cost()
        assert (cost.flops, cost.ram_bytes, cost.flash_bytes) == (one["flops"], one["ram_bytes"], one["flash_bytes"])
    assert (result["study"], result["state"], result["trials"]["complete"]) == (STUDY, "FINISHED", TOTAL)
    assert result["sampler"] == "known-cost"


@pytest.mark.parametrize("file", ["front.png", "deeper/front.html"])
def test_a_figure_is_written(searched, in_process, tmp_path, file):
    done = in_process("search.front", STUDY, "--plot", str(tmp_path / file), folder=searched[0])
    assert done.returncode == 0, done.stderr
    written = tmp_path / file
    if written.suffix == ".png":
        assert Image.open(written).size == (690, 460)
    else:
        assert "search.export --study digits-hybrid" in written.read_text()


@pytest.mark.parametrize(
    ("flags", "status", "message"),
    [
        (["other"], 1, "there is no study 'other'; the storage sqlite:///search.db has 'digits-hybrid'"),
        (["--plot", "front.gif"], 2, "must end in .png or .html; got 'front.gif'"),
        (["--plot", "/proc/none/front.png"], 1, "can't be written"),
        (["--storage", "sqlite:///none.db"], 1, "there is no storage none.db"),
        (["--csv", "--json"], 2, "not allowed"),
        (["--all"], 2, "--all is for --csv"),
        (["one", "two"], 2, "unrecognized arguments: two"),
    ],
)
def test_a_wrong_option_is_one_sentence(searched, in_process, flags, status, message):
    before = sorted(path.name for path in searched[0].iterdir())
    done = in_process("search.front", *flags, folder=searched[0])
    assert done.returncode == status
    assert message in done.stderr and done.stderr.count("\n") == 1
    assert sorted(path.name for path in searched[0].iterdir()) == before


def empty_study(folder, name):
    from search.optimizer.trials import attributes as attr

    study = optuna.create_study(
        study_name=name, storage=f"sqlite:///{folder}/search.db", directions=["maximize", "minimize"]
    )
    study.set_user_attr(attr.SETTINGS, {})
    bounds = {"reference_loss": 0.9, "lowest_cost": 1.0, "highest_cost": 2.0, "best_loss": 0.0}
    study.set_user_attr(attr.BOUNDS, bounds)


def test_a_study_without_a_result_has_an_empty_front(in_process, tmp_path):
    empty_study(tmp_path, "new")
    done = in_process("search.front", "--json", "--plot", "front.png", folder=tmp_path)
    assert json.loads(done.stdout)["front"] == []
    assert "0 networks on the front of 0" in in_process("search.front", folder=tmp_path).stdout
    assert Image.open(tmp_path / "front.png").size == (690, 460)


NAMES = [
    "<script>alert(1)</script>",
    "-rf",
    "a/../../b",
    "[/red]:dog:",
    'it\'s "q" `id` $\\frac$',
    "日本 🙂",
    "x" * 200,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_study_of_any_name_is_shown(tmp_path, monkeypatch, capsys, name):
    empty_study(tmp_path, name)
    monkeypatch.chdir(tmp_path)
    assert main(["--plot", "front.html", "--", name]) == 0
    assert repr(name)[:100] in capsys.readouterr().out.replace("\n", "")
    assert main(["--json", "--", name]) == 0
    assert json.loads(capsys.readouterr().out)["study"] == name
    assert "<script>alert" not in (tmp_path / "front.html").read_text(encoding="utf-8")
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in tmp_path.iterdir()} == {
        "front.html",
        "search.db",
    }


def test_a_missing_study_of_any_name_is_one_sentence(tmp_path, monkeypatch, capsys):
    for name in NAMES:
        empty_study(tmp_path, name)
    monkeypatch.chdir(tmp_path)
    for name in ("none", "é" * 200, "x" * 10_000, "a\nb", "", "http://me:geheim@host"):
        assert main(["--", name]) in (1, 2)
        message = capsys.readouterr().err
        assert (
            message.startswith("error: ")
            and message.count("\n") == 1
            and len(message) < 600
            and "geheim" not in message
        )


def test_all_trials_as_csv(searched, in_process):
    printed = in_process("search.front", "--all", "--csv", STUDY, folder=searched[0]).stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    trials = optuna.load_study(study_name=STUDY, storage=f"sqlite:///{searched[0]}/search.db").trials
    assert [int(row["trial"]) for row in rows] == [trial.number for trial in trials]
    for row, trial in zip(rows, trials, strict=True):
        assert row["accuracy@1"] == (str(trial.values[0]) if trial.values else "")
        assert all(row[f"params_{name}"] == str(value) for name, value in trial.params.items())

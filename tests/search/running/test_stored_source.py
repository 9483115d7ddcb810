"""A real study in Optuna's storage, brought into a real MLflow by the command."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from optuna.trial import TrialState

from mlflow_runs.stored import store
from search import sync
from search.cli.storage import open_storage
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.optuna_storage import set_trial_attr
from search.results.display_settings import DisplaySettings
from search.running.stored_source import StoredSource
from spaces.hybrid import HybridSpace

ROOT = Path(__file__).parents[3]
SETTINGS = {"space": "hybrid", "recipe": {"name": "fake"}, "epochs": 3}


@pytest.fixture(scope="module")
def gone():
    """A process that was, and is no more."""
    code = "from search.optimizer.trials.process_id import this_process; print(this_process())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def study(folder):
    """Four finished trials of six."""
    made = open_study(
        "digits",
        Problem(HybridSpace(input_shape=(8, 8, 1), classes=10), caps=Caps(), ladder=Ladder((1, 3))),
        storage=open_storage("sqlite:///search.db"),
        sampler="random",
        seed=0,
        settings=SETTINGS,
    )
    DisplaySettings({"space": "hybrid", "sampler": "random"}, export="python -m search.export --trial", trials=6).store(
        made.optuna_study
    )
    made.optuna_study.set_user_attr(attr.STATE, "RUNNING")
    for accuracy in (0.5, 0.6, 0.7, 0.8):
        finish(made, accuracy)
    return made


def train(study, *, epochs=1, to_rung=True):
    """One training, perhaps only begun."""
    proposal = study.ask()
    for epoch in range(proposal.resume_from + 1, epochs + 1):
        study.record_epoch(proposal.number, (epoch, 0.1 * epoch, 1.0 / epoch, 0.1, 1.0, 100.0))
    if to_rung:
        study.record_rung(proposal.number, accuracy=0.4, seconds=1.0)
    return proposal.number


def finish(study, accuracy):
    done = len(study.complete_trials())
    while len(study.complete_trials()) == done:
        proposal = study.ask()
        epochs = range(proposal.resume_from + 1, proposal.milestones[-1] + 1)
        for epoch in epochs:
            study.record_epoch(proposal.number, (epoch, accuracy * epoch / 3, 1.0 / epoch, 0.1, 1.0, 100.0))
        study.record_rung(proposal.number, accuracy=accuracy * epochs[-1] / 3, seconds=1.0)


def left_by(study, owner):
    """The process that has trials open was killed."""
    for trial in study.optuna_study.get_trials(states=(TrialState.RUNNING,)):
        set_trial_attr(study.optuna_study, trial, attr.PROCESS_ID, owner)


def run(capsys, *arguments):
    status = sync.main(arguments)
    return status, "".join(capsys.readouterr())


def runs():
    client = store.client(store.absolute("sqlite:///mlflow.db"))
    experiment = client.get_experiment_by_name("pareto-cnn-search").experiment_id
    every_run = client.search_runs([experiment])
    return {run.data.tags.get("trial.number", run.data.tags["pareto.front"]): run for run in every_run}


@pytest.mark.long
def test_what_a_killed_search_left_is_ended_and_mirrored(study, gone, capsys):
    begun, reached = train(study, epochs=1, to_rung=False), train(study)
    study.optuna_study.set_user_attr(attr.MIRROR, {"owner": gone, "at": time.time()})
    left_by(study, gone)
    source = StoredSource("sqlite:///search.db", None)
    assert set(source.orphans()) >= {begun, reached}
    assert source.record().state == "INTERRUPTED"
    status, out = run(capsys)
    assert status == 0, out
    assert out.endswith("0 removed; MLflow agrees.\n") and out.startswith("Study 'digits': "), out
    assert not study.optuna_study.get_trials(states=(TrialState.RUNNING,))
    assert study.optuna_study.user_attrs[attr.MIRROR] == {}
    mirrored = runs()
    assert mirrored["parent"].info.status == "KILLED"
    assert {one.info.status for one in mirrored.values()} <= {"FINISHED", "FAILED", "KILLED"}
    assert mirrored[str(begun)].info.status == "KILLED" and mirrored[str(reached)].info.status == "FINISHED"
    assert mirrored["parent"].data.params == {"space": "hybrid", "sampler": "random"}
    trials = out.partition(";")[0]
    assert run(capsys, "digits", "--check") == (0, f"{trials} and {len(mirrored) - 2} runs agree.\n")


@pytest.mark.parametrize(
    ("stored", "asked", "state"),
    [
        ("FINISHED", 6, "FINISHED"),
        ("INTERRUPTED", 4, "INTERRUPTED"),
        ("RUNNING", 4, "FINISHED"),
        ("RUNNING", 60, "INTERRUPTED"),
        ("RUNNING", None, "FINISHED"),
    ],
)
def test_the_state_is_as_the_last_search_left_it(study, stored, asked, state):
    study.close("the search was stopped")
    study.optuna_study.set_user_attr(attr.STATE, stored)
    DisplaySettings({}, trials=asked).store(study.optuna_study)
    assert StoredSource("sqlite:///search.db", "digits").record().state == state


@pytest.mark.long
def test_a_living_search_has_its_turn_and_may_be_compared_with(study, capsys, folder):
    train(study, to_rung=False)
    elsewhere = {"owner": "another-machine:1:2", "at": time.time()}
    study.optuna_study.set_user_attr(attr.MIRROR, elsewhere)
    status, out = run(capsys)
    assert status == 1 and "is running and writes MLflow itself, so nothing was written" in out
    assert study.optuna_study.user_attrs[attr.MIRROR] == elsewhere
    assert "mlflow.db" not in os.listdir(folder)
    study.optuna_study.set_user_attr(attr.MIRROR, {})
    assert "MLflow agrees. A search is running: " in run(capsys)[1]
    study.optuna_study.set_user_attr(attr.MIRROR, elsewhere)
    status, out = run(capsys, "--check")
    assert status == 0 and " A search is running: " in out


@pytest.mark.long
def test_the_program_as_it_is_installed_leaves_nothing_else(study, folder):
    study.close("the search was stopped")
    assert [as_installed(folder, *flags)[0] for flags in ([], ["--check"])] == [0, 0]
    left = {name for name in os.listdir(folder) if not name.startswith("search.db-")}  # this process has it open
    assert left == {"search.db", "mlflow.db", "mlartifacts"}


def test_what_is_not_there_is_a_sentence_and_spoils_nothing(study, folder, capsys):
    store.prepare(store.absolute("sqlite:///mlflow.db"))
    before = (folder / "mlflow.db").read_bytes()
    for flags, sentence in {
        ("none",): "there is no study 'none'; the storage sqlite:///search.db has 'digits'.",
        ("--storage", "sqlite:///none.db"): "there is no storage none.db.",
        ("--storage", "sqlite:///mlflow.db"): "mlflow.db is not an Optuna storage.",
    }.items():
        status, out = run(capsys, *flags)
        assert status == 1 and out.startswith(f"error: {sentence}") and out.count("\n") == 1
    assert (folder / "mlflow.db").read_bytes() == before and not (folder / "none.db").exists()


def as_installed(folder, *arguments):
    command = [sys.executable, "-m", "search.sync", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr

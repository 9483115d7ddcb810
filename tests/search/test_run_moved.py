"""A project for real in a folder of any name: searched, copied, moved and searched again; nothing is left elsewhere."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import optuna
import pytest

from mlflow_runs.stored import store
from mlflow_runs.stored.sqlite_url import sqlite_url
from tests.search.conftest import ROOT

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

QUICK = ["--dataset", "digits", "--train-limit", "200", "--epochs", "1", "--max-flops", "1M", "--workers", "1"]
ODD = """what? #1 100%3F it's "x" ü"""


@pytest.fixture
def temporary(tmp_path):
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


@pytest.fixture
def search(command, temporary):
    def run(*arguments, folder, module="search.run"):
        done = command(module, *arguments, folder=folder, TMPDIR=str(temporary))
        assert done.returncode == 0, done.stderr
        return done

    return run


def artifact_folders(folder):
    """Where MLflow has the artifacts of all runs of a project, as local folders that exist."""
    client = store.client(sqlite_url(folder / "mlflow.db"))
    runs = client.search_runs([one.experiment_id for one in client.search_experiments()])
    return {
        Path(client.download_artifacts(run.info.run_id, "")) for run in runs if client.list_artifacts(run.info.run_id)
    }


def test_copies_and_moved_projects_keep_to_themselves(search, tmp_path, temporary):
    project = tmp_path / ODD
    project.mkdir()
    search(*QUICK, "--trials", "1", folder=project)
    copy = shutil.copytree(project, tmp_path / "copy of it")
    moved = project.rename(tmp_path / f"moved {ODD}")
    for folder in (copy, moved):
        search(*QUICK, "--trials", "2", folder=folder)
        search("--check", folder=folder, module="search.sync")
        assert set(os.listdir(folder)) == {"search.db", "mlflow.db", "mlartifacts"}
        folders = artifact_folders(folder)
        assert len(folders) >= 3 and all(one.is_relative_to(folder / "mlartifacts") for one in folders)
    assert set(os.listdir(tmp_path)) == {copy.name, moved.name, temporary.name}
    assert os.listdir(temporary) == []


def test_finishing_a_copy_leaves_the_waiting_weights_of_the_original(search, tmp_path, temporary):
    """The same epochs are not trained again: the original goes on where it was stopped."""
    project = tmp_path / "project"
    project.mkdir()
    flags = ["--dataset", "digits", "--train-limit", "600", "--epochs", "40", "--max-flops", "6M", "--workers", "1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, "-m", "search.run", *flags, "--trials", "1"], cwd=project, env=environment
    )
    while not any(project.rglob("*.npz")):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
    assert os.listdir(temporary) == []
    copy = shutil.copytree(project, tmp_path / "copy")
    weights = sorted(project.rglob("*.npz"))
    assert len(weights) == len(list(copy.rglob("*.npz"))) == 1
    search(*flags, "--trials", "1", folder=copy)
    assert not list(copy.rglob("*.npz")) and sorted(project.rglob("*.npz")) == weights
    search(*flags, "--trials", "1", folder=project)
    for folder in (project, copy):
        (study,) = optuna.get_all_study_summaries(sqlite_url(folder / "search.db"))
        trials = optuna.load_study(study_name=study.study_name, storage=sqlite_url(folder / "search.db")).trials
        assert sum(trial.state.name == "COMPLETE" for trial in trials) == 1
        assert not list(folder.glob("*-weights"))


def test_no_command_leaves_anything_among_the_temporary_files(search, tmp_path, temporary):
    search(*QUICK, "--trials", "1", folder=tmp_path)
    search(*QUICK, "--trials", "1", "--dry-run", folder=tmp_path)
    search("--plot", "front.png", folder=tmp_path, module="search.front")
    small = ["--epochs", "1", "--workers", "1"]
    search("--output", "out", *small, "--formats", "all", folder=tmp_path, module="search.export")
    data = ["--dataset", "digits", "--train-limit", "200", "--networks", "SeparableCNN"]
    done = search("--output", "compared", *data, *small, folder=tmp_path, module="search.compare")
    assert "To look at it in MLflow, start\n" in done.stdout and "/#/experiments/1/runs/" in done.stdout
    search("--check", folder=tmp_path, module="search.sync")
    assert os.listdir(temporary) == []

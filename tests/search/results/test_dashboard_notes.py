"""The real optuna-dashboard shows names, notes and constraints of a study."""

import json
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from sysconfig import get_path

import optuna
import pytest

from mlflow_runs.safe_text import markdown
from search.optimizer.trials import attributes as attr
from tests.search.conftest import TOTAL


@pytest.fixture(scope="module")
def shown(searched, tmp_path_factory):
    """The study as the dashboard sends it to its page."""
    program = Path(get_path("scripts")) / "optuna-dashboard"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(tmp_path_factory.mktemp("dashboard") / "log.txt", "w")  # noqa: SIM115
    storage = f"sqlite:///{searched[0]}/search.db"
    running = subprocess.Popen([program, storage, "--port", str(port)], stdout=log, stderr=log)
    try:
        yield response(f"http://127.0.0.1:{port}/api/studies/1", running)
    finally:
        running.terminate()
        running.wait(20)
        log.close()


def response(address, running):
    for _ in range(300):
        assert running.poll() is None
        try:
            with urllib.request.urlopen(address) as answer:
                return json.load(answer)
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


@pytest.fixture(scope="module")
def stored(searched):
    return optuna.load_study(study_name="digits-hybrid", storage=f"sqlite:///{searched[0]}/search.db").trials


def test_names(shown):
    assert (shown["name"], shown["objective_names"]) == ("digits-hybrid", ["accuracy", "flops"])
    assert shown["directions"] == ["maximize", "minimize"]


def test_notes(shown, stored):
    best = max(trial.values[0] for trial in stored if trial.values)
    assert f"Best **{100 * best:.2f} %**" in shown["note"]["body"]
    assert re.search(r"search\.export --study digits-hybrid .*--trial NUMBER", shown["note"]["body"])
    trained = [trial for trial in stored if trial.values]
    assert len(trained) == TOTAL
    for trial in trained:
        note = shown["trials"][trial.number]["note"]["body"]
        assert markdown(trial.user_attrs[attr.WORDS]) in note
        assert f"{100 * trial.values[0]:.2f} % after 1 epoch" in note


def test_constraints(shown, stored):
    over = [trial.number for trial in stored if attr.OVER_CAP in trial.user_attrs]
    assert over, "the cap of the shared search excludes StandardCNN"
    for trial in shown["trials"]:
        assert any(excess > 0 for excess in trial["constraints"]) == (trial["number"] in over)

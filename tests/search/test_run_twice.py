"""Two searches at work on one study: they share its trials, and one of them writes MLflow."""

import os
import subprocess
import sys

import optuna
import pytest
from mlflow import MlflowClient

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.status import counts
from tests.search.conftest import QUICK, ROOT

TRIALS = 6


@pytest.mark.long
def test_two_searches_share_the_trials_and_no_run_is_written_twice(tmp_path):
    command = [sys.executable, "-m", "search.run", *QUICK, "--trials", str(TRIALS), "--workers", "1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    first = subprocess.Popen(command, cwd=tmp_path, env=environment, **pipes)
    assert any(line.startswith("Trains on") for line in first.stdout)  # it has opened the study
    second = subprocess.Popen(command, cwd=tmp_path, env=environment, **pipes)
    outputs = [process.communicate(timeout=200) for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0], outputs

    storage = f"sqlite:///{tmp_path}/search.db"
    trials = [t for t in optuna.load_study(study_name="digits-hybrid", storage=storage).trials if counts(t)]
    assert len(trials) == TRIALS
    assert {trial.state.name for trial in trials} == {"COMPLETE"}
    assert len({trial.user_attrs[attr.KEY] for trial in trials}) == len(trials)
    assert len({trial.user_attrs[attr.PROCESS_ID] for trial in trials}) == 2

    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    runs = client.search_runs([one.experiment_id for one in client.search_experiments()], max_results=100)
    numbers = [int(run.data.tags["trial.number"]) for run in runs if "trial.number" in run.data.tags]
    assert sorted(numbers) == sorted(trial.number for trial in trials)
    assert {run.info.status for run in runs} == {"FINISHED"}

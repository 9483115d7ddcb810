"""The outcome of a study, read from Optuna's storage and MLflow without any code of this program."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import optuna
from mlflow import MlflowClient

ROOT = Path(__file__).parents[2]
TOLERANCE = 0.00051  # Accuracies are printed to a tenth of a percent.


@dataclass(frozen=True)
class Outcome:
    """What became of the trials.

    Attributes:
        counted: How many trials count.
        lost: Results that a search had reported and that are missing or different now.
        doubled: Networks that count twice, and runs beyond one for each trial.
        running: Trials and runs that still seem to run.
    """

    counted: int
    lost: int
    doubled: int
    running: int


def outcome(folder: Path, study: str, *, reported: dict[int, float], storage="search.db", store="mlflow.db") -> Outcome:
    """Read the outcome.

    Args:
        folder: Folder with the files.
        study: Name of the study.
        reported: Accuracy, 0 to 1, by number of the trial, of all trials that a search has reported as complete.
        storage, store: Files in the folder; the storage may also be a database's URL.
    """
    url = storage if "://" in storage else f"sqlite:///{folder / storage}"
    trials = optuna.load_study(study_name=study, storage=url).trials
    counted = [trial for trial in trials if _counts(trial)]
    # A network that can't be described has no key.
    keys = Counter(t.user_attrs["architecture.key"] for t in counted if "architecture.key" in t.user_attrs)
    complete = {trial.number: trial.values[0] for trial in trials if trial.state.name == "COMPLETE"}
    runs = _runs(folder / store)
    numbers = Counter(run.data.tags["trial.number"] for run in runs if "trial.number" in run.data.tags)
    parents = sum("mlflow.parentRunId" not in run.data.tags for run in runs)
    return Outcome(
        counted=len(counted),
        lost=sum(abs(complete.get(number, -1) - value) > TOLERANCE for number, value in reported.items()),
        doubled=_beyond_one(keys) + _beyond_one(numbers) + parents - 1,
        running=sum(t.state.name == "RUNNING" for t in trials) + sum(run.info.status == "RUNNING" for run in runs),
    )


def _counts(trial) -> bool:
    marks = {"over_cap", "repeats", "resumes", "interrupted"}
    return trial.state.name != "WAITING" and not marks & trial.user_attrs.keys()


def _beyond_one(counter: Counter) -> int:
    return sum(count - 1 for count in counter.values())


def _runs(store: Path) -> list:
    client = MlflowClient(f"sqlite:///{store}")
    experiments = [one.experiment_id for one in client.search_experiments()]
    runs, token = [], None
    while True:
        page = client.search_runs(experiments, max_results=1000, page_token=token)
        runs, token = runs + list(page), page.token
        if not token:
            return runs


def check_agrees(folder: Path, study: str, *flags: str) -> None:
    """Fail unless `search.sync --check` finds that Optuna's storage and MLflow agree, trial by trial."""
    command = [sys.executable, "-m", "search.sync", "--check", study, *flags]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def catch_up(folder: Path, study: str, *flags: str) -> None:
    """Bring MLflow up to date, as a search asks the user to when MLflow was slow."""
    command = [sys.executable, "-m", "search.sync", study, *flags]
    subprocess.run(command, cwd=folder, env=environment(), capture_output=True, timeout=300, check=True)


def environment() -> dict[str, str]:
    """The environment of a command that a test runs."""
    import os

    return os.environ | {"PYTHONPATH": str(ROOT)}

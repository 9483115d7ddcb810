"""Turns a study into the plain data that is written into MLflow."""

import importlib.metadata
import subprocess
from pathlib import Path

from optuna.trial import FrozenTrial, TrialState

from mlflow_runs.objectives import Objective, objective_named
from mlflow_runs.records import Epoch, Progress, StudyRecord, TrialRecord
from search.optimizer.pareto import front, hypervolume
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import (
    flops_of,
    has_cost,
    losses_and_costs,
    multiply_adds_of,
    objective_value_of,
    reached,
)
from search.optimizer.trials.status import counts, is_interrupted
from search.optimizer.trials.stored_cost import StoredCost
from search.results.display_settings import display_settings_of
from spaces.network import network_from_dict

PACKAGES = ("tensorflow", "keras", "optuna", "mlflow", "numpy")
"""Packages whose versions are stored in MLflow."""


class StudyRecorder:
    """Makes records of one study. A finished trial is converted once.

    Args:
        study: The study.
        export: The command that exports a trial's network, up to the trial's number. By default the one that is stored
            with the study.
    """

    def __init__(self, study: StoredStudy, *, export: str = "") -> None:
        self._study, self._export = study, export
        self._objective, self._versions = objective_of(study), versions()
        self._finished: dict[int, TrialRecord] = {}
        self._ended: dict[int, FrozenTrial] = {}  # in the order in which they count
        self._progress: list[Progress] = []

    def record(self, *, state: str) -> StudyRecord:
        """The study as it stands; `state` is RUNNING, FINISHED or INTERRUPTED."""
        trials = [trial for trial in self._study.trials() if is_shown(trial)]
        knee, display_settings = self._study.knee(), display_settings_of(self._study)
        return StudyRecord(
            name=self._study.name,
            state=state,
            settings=display_settings.settings,
            versions=self._versions,
            trials=[self._trial(trial) for trial in trials],
            front=[trial.number for trial in self._study.front()],
            knee=knee.number if knee else None,
            progress=self._progress_of(trials),
            export=self._export or display_settings.export,
            objective=self._objective,
        )

    def _trial(self, trial: FrozenTrial) -> TrialRecord:
        if trial.number not in self._finished:
            record = trial_record(trial)
            if not trial.state.is_finished():
                return record
            self._finished[trial.number] = record
        return self._finished[trial.number]

    def _progress_of(self, trials: list[FrozenTrial]) -> list[Progress]:
        """An order that was once given stays. A trial that is seen later may have ended earlier by its clock: clocks go
        back, and those of several machines differ.
        """
        new = [trial for trial in trials if trial.state.is_finished() and trial.number not in self._ended]
        complete = [trial for trial in self._ended.values() if trial.state == TrialState.COMPLETE]
        for trial in sorted(new, key=lambda trial: (trial.datetime_complete, trial.number)):
            self._ended[trial.number] = trial
            if trial.state == TrialState.COMPLETE:
                complete.append(trial)
                losses, costs = losses_and_costs(complete)
                share = hypervolume(losses, costs, self._study.bounds)
                self._progress.append(Progress(trial.number, len(self._ended), share, len(front(losses, costs))))
        return list(self._progress)


def objective_of(study: StoredStudy) -> Objective:
    """What a study minimises beside the loss, as MLflow shows it."""
    return objective_named(study.objective_name)


def is_shown(trial: FrozenTrial) -> bool:
    """Whether a trial has a run in MLflow: it counts, it has trained, or it has failed."""
    failed = trial.state == TrialState.FAIL and not is_interrupted(trial)
    return counts(trial) or failed or attr.EPOCHS in trial.user_attrs


def trial_record(trial: FrozenTrial) -> TrialRecord:
    """One trial as plain data."""
    stored = trial.user_attrs
    started, ended = _milliseconds(trial.datetime_start) or 0, _milliseconds(trial.datetime_complete)
    return TrialRecord(
        number=trial.number,
        state="INTERRUPTED" if is_interrupted(trial) else trial.state.name,
        params=trial.params,
        key=stored.get(attr.KEY, ""),
        words=stored.get(attr.WORDS, ""),
        known=stored.get(attr.START_POINT, ""),
        cost=objective_value_of(trial) if has_cost(trial) else None,
        macs=multiply_adds_of(trial) if has_cost(trial) else None,
        flops=flops_of(trial) if has_cost(trial) else None,
        params_count=stored.get(attr.PARAMETERS),
        ram_bytes=StoredCost(trial).ram_bytes,
        flash_bytes=StoredCost(trial).flash_bytes,
        accuracy=trial.values[0] if trial.state == TrialState.COMPLETE else None,
        rungs=dict(sorted(reached(trial).items())),
        seconds=stored.get(attr.SECONDS),
        epochs=[Epoch(*epoch[:4]) for epoch in stored.get(attr.EPOCHS, [])],
        layers=network_from_dict(stored[attr.ARCHITECTURE]).cost().table() if attr.ARCHITECTURE in stored else (),
        reason=stored.get(attr.REASON, ""),
        started_ms=started,
        ended_ms=None if ended is None else max(started, ended),  # the clock may have gone back
    )


def versions() -> dict[str, str]:
    """Versions of what decides a result, and the git commit of this program where there is one."""
    result = {package: importlib.metadata.version(package) for package in PACKAGES}
    commit = _git_commit()
    return result | ({"git_commit": commit} if commit else {})


def _git_commit() -> str:
    command = ["git", "rev-parse", "HEAD"]
    try:
        completed = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return completed.stdout.strip()


def _milliseconds(moment) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)

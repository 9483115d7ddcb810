"""What a study's parent run holds. Plain data in and out; MLflow is not asked."""

import math
import time
from collections.abc import Container, Mapping

from mlflow_runs import names, safe_text
from mlflow_runs.records import StudyRecord
from mlflow_runs.runs.batch import Point
from mlflow_runs.runs.child import csv_table

STATUS = {"RUNNING": "RUNNING", "FINISHED": "FINISHED", "INTERRUPTED": "KILLED"}
_NAME_LENGTH = 200


def status(study: StudyRecord) -> str:
    """MLflow's status for a study's state."""
    return STATUS[study.state]


def run_name(study: StudyRecord) -> str:
    """The study's name on one line."""
    return safe_text.shortened(safe_text.one_line(safe_text.redacted(study.name)), length=_NAME_LENGTH) or "study"


def started_ms(study: StudyRecord) -> int:
    """When the first trial began; the current time if there is no trial."""
    return min((trial.started_ms for trial in study.trials), default=int(time.time() * 1000))


def identity(study: StudyRecord) -> dict[str, str]:
    """The tags by which the run is found again."""
    return {
        names.STUDY: safe_text.tag_value(study.name),
        names.STUDY_KEY: safe_text.study_key(study.name),
        names.RUN_NAME: run_name(study),
        names.PARETO_FRONT: names.PARENT_OF_FRONT,
        names.CHART_ORDER: names.THEN_PARENT,
        names.RUN_COLOR: names.KNEE_COLOR,
    }


def params(study: StudyRecord) -> dict[str, str]:
    """The settings."""
    return {safe_text.key(name): safe_text.param_value(value) for name, value in study.settings.items()}


def tags(study: StudyRecord) -> dict[str, str]:
    """State and versions."""
    result = {names.STUDY_STATE: study.state}
    for package, version in study.versions.items():
        result[safe_text.key(names.VERSION_PREFIX + package)] = safe_text.tag_value(version)
    if "git_commit" in study.versions:
        result[names.GIT_COMMIT] = safe_text.tag_value(study.versions["git_commit"])
    return result


def changed_settings(settings: Mapping[str, str], *, logged: Mapping[str, str]) -> dict[str, str]:
    """Tags for settings that a continued search has changed. MLflow does not let a param change."""
    return {
        safe_text.key(names.CHANGED_SETTING_PREFIX + name): value
        for name, value in settings.items()
        if name in logged and logged[name] != value
    }


def metrics(study: StudyRecord, *, logged: Container[int]) -> list[Point]:
    """Hypervolume, front size and what belongs to them, after each finished trial whose step is not logged yet.

    A step is the number of trials that had ended by then. MLflow shows the value at the highest step as the present
    one, and trials do not end in the order of their numbers. A step counts as logged if it has a hypervolume: a request
    (`names.METRICS_PER_BATCH`) holds whole steps.
    """
    ends = {trial.number: trial.ended_ms or trial.started_ms for trial in study.trials}
    points = []
    for place, progress in enumerate(study.progress, start=1):
        if progress.ended not in logged:
            when = ends.get(progress.trial, 0)
            values = {
                names.HYPERVOLUME: progress.hypervolume,
                names.FRONT_SIZE: progress.front_size,
                names.FINISHED_BY_THEN: place,
                names.ENDED_TRIAL: progress.trial,
            }
            points += [Point(name, value, when, progress.ended) for name, value in values.items()]
    return points


def is_history_of(study: StudyRecord, hypervolumes: Mapping[int, float]) -> bool:
    """Whether logged hypervolumes, by step, are those of a study up to some trial.

    They are not if version 0.2.0 or older has logged them, whose steps were trials' numbers, or if the clocks of
    several machines have given the trials another order since.
    """
    logged = sorted(hypervolumes.items())
    return all(
        step == progress.ended and math.isclose(value, progress.hypervolume, rel_tol=1e-9, abs_tol=1e-12)
        for (step, value), progress in zip(logged, study.progress, strict=False)
    )


def front_csv(study: StudyRecord, *, runs: Mapping[int, str]) -> str:
    """The front as CSV, cheapest first: accuracy, costs, architecture, run id."""
    rows = [
        {
            "trial": trial.number,
            "accuracy": trial.accuracy,
            "flops": trial.flops,
            "macs": trial.macs,
            "params": trial.params_count,
            "ram_bytes": trial.ram_bytes,
            "flash_bytes": trial.flash_bytes,
            "seconds": trial.seconds,
            "key": trial.key,
            "words": safe_text.one_line(trial.words),
            "run_id": runs.get(trial.number, ""),
        }
        for trial in study.front_trials()
    ]
    return csv_table(rows) if rows else "trial,accuracy,flops\n"

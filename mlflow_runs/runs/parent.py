"""What a study looks like as a parent run. Plain data in, plain data out: no MLflow here."""

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
    """When the first trial began; now, if none has."""
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
    found = {names.STUDY_STATE: study.state}
    for package, version in study.versions.items():
        found[safe_text.key(names.VERSION_PREFIX + package)] = safe_text.tag_value(version)
    if "git_commit" in study.versions:
        found[names.GIT_COMMIT] = safe_text.tag_value(study.versions["git_commit"])
    return found


def changed_settings(settings: Mapping[str, str], *, logged: Mapping[str, str]) -> dict[str, str]:
    """Tags for the settings that a continued search has changed: MLflow never lets a param change."""
    return {
        safe_text.key(names.CHANGED_SETTING_PREFIX + name): value
        for name, value in settings.items()
        if name in logged and logged[name] != value
    }


def metrics(study: StudyRecord, *, logged: Container[int]) -> list[Point]:
    """The steps of hypervolume and the like that are not logged yet; a step is a trial's number."""
    ends = {trial.number: trial.ended_ms or trial.started_ms for trial in study.trials}
    points = []
    for place, step in enumerate(study.progress, start=1):
        if step.trial not in logged:
            when = ends.get(step.trial, 0)
            points.append(Point(names.HYPERVOLUME, step.hypervolume, when, step.trial))
            points.append(Point(names.FRONT_SIZE, step.front_size, when, step.trial))
            points.append(Point(names.FINISHED_BY_THEN, place, when, step.trial))
    return points


def front_csv(study: StudyRecord, *, runs: Mapping[int, str]) -> str:
    """The front as CSV, cheapest first: what it costs, what it reaches, what it is, where it is."""
    trials = {trial.number: trial for trial in study.trials}
    rows = [
        {
            "trial": number,
            "accuracy": trials[number].accuracy,
            "flops": trials[number].flops,
            "macs": trials[number].macs,
            "params": trials[number].params_count,
            "peak_activation_bytes": trials[number].peak_activation_bytes,
            "seconds": trials[number].seconds,
            "key": trials[number].key,
            "words": safe_text.one_line(trials[number].words),
            "run_id": runs.get(number, ""),
        }
        for number in study.front
        if number in trials
    ]
    return csv_table(rows) if rows else "trial,accuracy,flops\n"

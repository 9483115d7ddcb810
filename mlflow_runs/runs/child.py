"""What a trial's child run holds. Plain data in and out; MLflow is not asked."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mlflow_runs import names, safe_text
from mlflow_runs.objectives import Objective
from mlflow_runs.records import Epoch, TrialRecord
from mlflow_runs.runs.batch import Point

STATUS = {  # MLflow's by the trial's state; to be stopped at a rung is a normal end
    "COMPLETE": "FINISHED",
    "PRUNED": "FINISHED",
    "FAIL": "FAILED",
    "INTERRUPTED": "KILLED",
    "RUNNING": "RUNNING",
}
_NAME_LENGTH = 60


def status(trial: TrialRecord) -> str:
    """MLflow's status for a trial's state."""
    return STATUS[trial.state]


def run_name(trial: TrialRecord) -> str:
    """`trial-0007`, or `trial-0000 StandardCNN` for a known network."""
    known = safe_text.shortened(safe_text.one_line(trial.known), length=_NAME_LENGTH)
    return f"trial-{trial.number:04d} {known}".rstrip()


def identity(trial: TrialRecord, *, study: str, parent: str) -> dict[str, str]:
    """The tags by which the run is found again. It has them from the start."""
    return {
        names.STUDY: safe_text.tag_value(study),
        names.STUDY_KEY: safe_text.study_key(study),
        names.TRIAL_NUMBER: str(trial.number),
        names.PARENT_RUN_ID: parent,
        names.RUN_NAME: run_name(trial),
    }


def description_tags(trial: TrialRecord) -> dict[str, str]:
    """Tags: what the trial is and how it ended. Empty ones are left out."""
    tags = {
        names.TRIAL_STATE: trial.state,
        names.TRIAL_REASON: trial.reason,
        names.ARCHITECTURE_KEY: trial.key,
        names.ARCHITECTURE_WORDS: trial.words,
        names.KNOWN_NETWORK: trial.known,
    }
    return {name: safe_text.tag_value(value) for name, value in tags.items() if value}


def front_tags(trial: TrialRecord, *, on_front: bool) -> dict[str, str]:
    """The tags that change when a trial ends, and when it joins or leaves the front."""
    order = names.THEN_FINISHED if trial.state == "COMPLETE" else names.THEN_OTHERS
    return {
        names.CHART_ORDER: names.THEN_FRONT if on_front else order,
        names.PARETO_FRONT: names.ON_FRONT if on_front else names.OFF_FRONT,
        names.RUN_COLOR: names.FRONT_COLOR if on_front else names.OTHER_COLOR,
    }


def params(trial: TrialRecord) -> dict[str, str]:
    """The choices. Names and lengths are such that MLflow takes them."""
    return {safe_text.key(name): safe_text.param_value(value) for name, value in trial.params.items()}


def metrics(trial: TrialRecord, *, objective: Objective, front: Mapping[int, float]) -> list[Point]:
    """All numbers of a trial. NaN and infinity are left out: MLflow would store infinity as 1.8e308.

    Their times depend on the trial alone. So what was written before a crash is not doubled when it is written again.

    Args:
        trial: The trial.
        objective: What its study minimises.
        front: The front's accuracy by epoch, from `front_baseline.front_accuracies`.
    """
    start, end = trial.started_ms, trial.started_ms if trial.ended_ms is None else trial.ended_ms
    points = [Point(name, value, start, 0) for name, value in _costs(trial, objective).items() if value is not None]
    points += [Point(name, value, end, 0) for name, value in _results(trial) if value is not None]
    if trial.state != "RUNNING":
        points += _rungs(trial.rungs, end=end)
        points += _curves(trial.epochs, front=front, start=start, end=end)
    return [point for point in points if math.isfinite(point.value)]


def _costs(trial: TrialRecord, objective: Objective) -> dict[str, float | None]:
    of_objective = {
        objective.cost_metric: trial.cost,
        objective.axis_metric: objective.axis_value(trial.cost) if trial.cost else None,
    }
    return of_objective | {
        names.FLOPS: trial.flops,
        names.LOG10_FLOPS: math.log10(trial.flops) if trial.flops else None,
        names.MACS: trial.macs,
        names.PARAMS: trial.params_count,
        names.RAM_BYTES: trial.ram_bytes,
        names.FLASH_BYTES: trial.flash_bytes,
    }


def _results(trial: TrialRecord) -> Iterable[tuple[str, float | None]]:
    yield names.ACCURACY, trial.accuracy
    yield names.SECONDS, trial.seconds


def _rungs(rungs: Mapping[int, float], *, end: int) -> Iterable[Point]:
    """The last is that of the highest rung, which MLflow shows as the value of the run: no trial lacks an accuracy."""
    for epochs, accuracy in rungs.items():
        yield Point(names.RUNG_ACCURACY, accuracy, end, epochs)
        yield Point(names.RUNG_EPOCHS, epochs, end, epochs)


def _curves(epochs: Sequence[Epoch], *, front: Mapping[int, float], start: int, end: int) -> list[Point]:
    """Four curves over the epochs. The epochs are spread evenly over the trial's time."""
    points = []
    for place, epoch in enumerate(epochs, start=1):
        when = start + (end - start) * place // len(epochs)
        points.append(Point(names.EPOCH_ACCURACY, epoch.accuracy, when, epoch.number))
        if epoch.number in front:
            points.append(Point(names.EPOCH_FRONT_ACCURACY, front[epoch.number], when, epoch.number))
        points.append(Point(names.EPOCH_LOSS, epoch.loss, when, epoch.number))
        points.append(Point(names.EPOCH_LEARNING_RATE, epoch.learning_rate, when, epoch.number))
    return points


def csv_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV with a header. Columns stand in the order in which they first appear."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()

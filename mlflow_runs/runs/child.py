"""What a trial looks like as a child run. Plain data in, plain data out: no MLflow here."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mlflow_runs import names, safe_text
from mlflow_runs.records import Epoch, TrialRecord
from mlflow_runs.runs.batch import Point

STATUS = {"COMPLETE": "FINISHED", "PRUNED": "KILLED", "FAIL": "FAILED", "RUNNING": "RUNNING"}  # Optuna's: MLflow's


def status(trial: TrialRecord) -> str:
    """MLflow's status for a trial's state."""
    return STATUS[trial.state]


def run_name(trial: TrialRecord) -> str:
    return f"trial-{trial.number:04d}"


def identity(trial: TrialRecord, *, study: str, parent: str) -> dict[str, str]:
    """The tags by which a run is found again, so they are there from its first moment."""
    return {
        names.STUDY: safe_text.tag_value(study),
        names.STUDY_KEY: safe_text.study_key(study),
        names.TRIAL_NUMBER: str(trial.number),
        names.PARENT_RUN_ID: parent,
        names.RUN_NAME: run_name(trial),
    }


def description_tags(trial: TrialRecord) -> dict[str, str]:
    """The tags that say what the trial is and how it ended; empty ones are left out."""
    tags = {
        names.TRIAL_STATE: trial.state,
        names.TRIAL_REASON: trial.reason,
        names.ARCHITECTURE_KEY: trial.key,
        names.ARCHITECTURE_WORDS: trial.words,
    }
    return {name: safe_text.tag_value(value) for name, value in tags.items() if value}


def front_tags(trial: TrialRecord, *, on_front: bool) -> dict[str, str]:
    """What changes on a run when its trial ends, and when it joins or leaves the front."""
    drawn = names.THEN_FINISHED if trial.state == "COMPLETE" else names.THEN_OTHERS
    return {
        names.CHART_ORDER: names.THEN_FRONT if on_front else drawn,
        names.PARETO_FRONT: names.ON_FRONT if on_front else names.OFF_FRONT,
        names.RUN_COLOR: names.FRONT_COLOR if on_front else names.OTHER_COLOR,
    }


def params(trial: TrialRecord) -> dict[str, str]:
    """The choices, under names and with lengths that MLflow takes."""
    return {safe_text.key(name): safe_text.param_value(value) for name, value in trial.params.items()}


def metrics(trial: TrialRecord, *, front: Mapping[int, float]) -> list[Point]:
    """All that is known as a number. NaN and infinity are left out: MLflow would turn infinity into 1.8e308.

    The times follow from the trial alone, so that what was written before a crash is not written again beside itself.

    Args:
        trial: The trial.
        front: The front's accuracy by epoch, as `rivals.front_accuracies` gives it.
    """
    before, after = trial.started_ms, _end(trial)
    points = [Point(name, value, before, 0) for name, value in _costs(trial) if value is not None]
    points += [Point(name, value, after, 0) for name, value in _results(trial) if value is not None]
    if trial.state != "RUNNING":
        points += _curves(trial.epochs, front=front, before=before, after=after)
    return [point for point in points if math.isfinite(point.value)]


def _end(trial: TrialRecord) -> int:
    return trial.started_ms if trial.ended_ms is None else trial.ended_ms


def _costs(trial: TrialRecord) -> Iterable[tuple[str, float | None]]:
    yield names.FLOPS, trial.flops
    yield names.LOG10_FLOPS, math.log10(trial.flops) if trial.flops else None
    yield names.MACS, trial.macs
    yield names.PARAMS, trial.params_count
    yield names.PEAK_ACTIVATION_BYTES, trial.peak_activation_bytes
    yield names.LATENCY_MS, trial.latency_ms


def _results(trial: TrialRecord) -> Iterable[tuple[str, float | None]]:
    yield names.ACCURACY, trial.accuracy
    yield names.SECONDS, trial.seconds


def _curves(epochs: Sequence[Epoch], *, front: Mapping[int, float], before: int, after: int) -> list[Point]:
    """Four curves over the epochs, spread evenly over the trial's time."""
    points = []
    for place, epoch in enumerate(epochs, start=1):
        when = before + (after - before) * place // len(epochs)
        points.append(Point(names.EPOCH_ACCURACY, epoch.accuracy, when, epoch.number))
        if epoch.number in front:
            points.append(Point(names.EPOCH_FRONT_ACCURACY, front[epoch.number], when, epoch.number))
        points.append(Point(names.EPOCH_LOSS, epoch.loss, when, epoch.number))
        points.append(Point(names.EPOCH_LEARNING_RATE, epoch.learning_rate, when, epoch.number))
    return points


def csv_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV, a header first; columns in the order in which they first appear."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()

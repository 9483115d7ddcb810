"""The front's curve: a run whose metrics are the corners of a staircase, which MLflow draws as a line.

A metric's history only grows, so a curve is never changed. When the front changes, its run is deleted and made anew.
Plain data in and out; MLflow is not asked.
"""

import hashlib
import json

from mlflow_runs import names, safe_text
from mlflow_runs.records import StudyRecord
from mlflow_runs.runs.batch import Point

RUN_NAME = "front"
_BEYOND = 0.02  # of the range: a step at the very edge could not be seen


def corners(study: StudyRecord) -> list[tuple[float, float]]:
    """The corners of the staircase: the accuracy of the best network within each budget.

    Returns:
        (budget, accuracy) from left to right. The line runs along the best accuracy so far, then up. It ends a little
        beyond the costliest trial. A budget is where the objective's axis draws a cost (`Objective.axis_value`); an
        accuracy is 0 to 1. Empty for an empty front.
    """
    budgets = {
        trial.number: study.objective.axis_value(trial.cost)
        for trial in study.trials
        if trial.accuracy is not None and trial.cost
    }
    points: list[tuple[float, float]] = []
    for trial in study.front_trials():
        if trial.number in budgets:
            if points:
                points.append((budgets[trial.number], points[-1][1]))
            points.append((budgets[trial.number], trial.accuracy or 0.0))
    if points:
        last = max(budgets.values())
        points.append((last + _BEYOND * (last - points[0][0]), points[-1][1]))
    return list(dict.fromkeys(points))  # with one network both ends are the same point


def key(study: StudyRecord) -> str:
    """A hash of the curve; empty if there is none."""
    points = corners(study)
    return hashlib.sha256(json.dumps(points).encode()).hexdigest()[:16] if points else ""


def identity(study: StudyRecord, *, parent: str) -> dict[str, str]:
    """The tags by which the run is found again."""
    return {
        names.STUDY: safe_text.tag_value(study.name),
        names.STUDY_KEY: safe_text.study_key(study.name),
        names.PARENT_RUN_ID: parent,
        names.RUN_NAME: RUN_NAME,
        names.RUN_COLOR: names.FRONT_COLOR,
        names.PARETO_FRONT: names.CURVE_OF_FRONT,
        names.CHART_ORDER: names.CURVE_FIRST,
        names.FRONT_KEY: key(study),
    }


def metrics(study: StudyRecord, *, when_ms: int) -> list[Point]:
    """The corners. The step is a corner's place, which ties its two coordinates together.

    Args:
        study: The study.
        when_ms: Unix time in milliseconds.
    """
    points = []
    for step, (budget, accuracy) in enumerate(corners(study)):
        points.append(Point(study.objective.curve_metric, budget, when_ms, step))
        points.append(Point(names.FRONT_ACCURACY, accuracy, when_ms, step))
    return points

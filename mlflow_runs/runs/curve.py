"""The front as a run of its own: its metrics are the corners of the step curve, which MLflow draws as a line.

A metric's history only grows. So a curve is never changed: when the front has, its run is deleted and made anew.
Plain data in, plain data out: no MLflow here.
"""

import hashlib
import json
import math

from mlflow_runs import names, safe_text
from mlflow_runs.records import StudyRecord, is_timed
from mlflow_runs.runs.batch import Point

RUN_NAME = "front"
_BEYOND = 0.02  # of the range: a step at the very edge would not be seen


def corners(study: StudyRecord) -> list[tuple[float, float]]:
    """The corners of the step curve: what the best network within a budget reaches.

    Returns:
        (budget, accuracy) from left to right: along the accuracy reached so far, then up, and at last along to a little
        beyond the costliest trial. A budget is log10 of FLOPs, or milliseconds where the study minimises them; an
        accuracy is 0 to 1. Empty for an empty front.
    """
    budgets = _budgets(study)
    accuracies = {trial.number: trial.accuracy or 0.0 for trial in study.trials}
    found: list[tuple[float, float]] = []
    for number in (number for number in study.front if number in budgets):
        if found:
            found.append((budgets[number], found[-1][1]))
        found.append((budgets[number], accuracies[number]))
    if found:
        end = max(budgets.values())
        found.append((end + _BEYOND * (end - found[0][0]), found[-1][1]))
    return list(dict.fromkeys(found))  # the end of a front of one is its beginning


def _budgets(study: StudyRecord) -> dict[int, float]:
    """What the finished trials cost, by number, as the axis shows it."""
    costs = {trial.number: trial.cost for trial in study.trials if trial.accuracy is not None and trial.cost}
    return costs if is_timed(study.trials) else {number: math.log10(cost) for number, cost in costs.items()}


def budget_metric(study: StudyRecord) -> str:
    """The metric that is the curve's horizontal axis."""
    return names.FRONT_MILLISECONDS if is_timed(study.trials) else names.FRONT_LOG10_FLOPS


def key(study: StudyRecord) -> str:
    """The same for the same curve; empty where there is none."""
    found = corners(study)
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16] if found else ""


def identity(study: StudyRecord, *, parent: str) -> dict[str, str]:
    """The tags by which the run is found again and told apart from the trials'."""
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
    """The corners; the step is a corner's place, which ties both coordinates together.

    Args:
        study: The study.
        when_ms: Unix time in milliseconds.
    """
    points = []
    for step, (budget, accuracy) in enumerate(corners(study)):
        points.append(Point(budget_metric(study), budget, when_ms, step))
        points.append(Point(names.FRONT_ACCURACY, accuracy, when_ms, step))
    return points

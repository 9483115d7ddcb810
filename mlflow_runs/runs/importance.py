"""How important each choice is: the share of the differences in accuracy, and in cost, that it explains."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs.records import StudyRecord

_MOST_CHOICES = 5  # axes of MLflow's parallel coordinates; more are not legible


@dataclass(frozen=True)
class ChoiceImportance:
    """A choice and what it explains.

    Attributes:
        name: The choice's.
        accuracy: Share of the variance of the accuracies, 0 to 1.
        cost: Share of the variance of the costs' logarithms, 0 to 1.
    """

    name: str
    accuracy: float
    cost: float


def choice_importances(study: StudyRecord) -> list[ChoiceImportance]:
    """The choices that explain most of accuracy and cost, the most important first. At most five.

    A choice counts only if every finished trial made it and the trials differ in it: MLflow's parallel coordinates
    leave out runs that lack one of the axes.
    """
    finished = [trial for trial in study.trials if trial.accuracy is not None and trial.cost]
    accuracies = [trial.accuracy or 0.0 for trial in finished]
    costs = [math.log10(trial.cost or 1.0) for trial in finished]
    importances = []
    for name in finished[0].params if finished else ():
        values = [str(trial.params[name]) for trial in finished if name in trial.params]
        if len(values) == len(finished) and len(set(values)) > 1:
            importances.append(
                ChoiceImportance(name, explained_share(values, accuracies), explained_share(values, costs))
            )
    importances.sort(key=lambda choice: -choice.accuracy - choice.cost)  # stable: equals keep the choices' order
    return importances[:_MOST_CHOICES]


def explained_share(values: Sequence[Any], results: Sequence[float]) -> float:
    """The share of the results' variance that lies between the groups of equal values: epsilon squared.

    Epsilon squared is eta squared, corrected for chance. So a choice does not seem important because it has many
    values.

    Args:
        values: A choice's value in each trial, of any type; they are compared as text.
        results: The result of each trial, finite; as many as values.
    Returns:
        0 to 1. It is 0 if all results are the same, or if every trial has a value of its own.
    References:
        Kelley (1935), PNAS 21(9): an unbiased correlation ratio measure.
    """
    import numpy as np

    groups = np.unique([str(value) for value in values], return_inverse=True)[1]
    numbers = np.asarray(results, dtype=float)
    sizes = np.bincount(groups)
    degrees_of_freedom = len(numbers) - len(sizes)  # within the groups
    total = float(np.sum((numbers - numbers.mean()) ** 2)) if len(numbers) else 0.0
    if degrees_of_freedom <= 0 or total == 0.0:
        return 0.0
    means = np.bincount(groups, weights=numbers) / sizes
    within = float(np.sum((numbers - means[groups]) ** 2))
    return max(0.0, 1.0 - (within / degrees_of_freedom) / (total / (len(numbers) - 1)))

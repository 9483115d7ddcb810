"""Which choices matter: how much each explains of what the trials reached and cost."""

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
    """The choices that explain most of what the trials reached and cost, the most telling first. At most five.

    Only choices that every finished trial made, and that differ between them: a run that lacks one of the axes is left
    out of MLflow's parallel coordinates.
    """
    finished = [trial for trial in study.trials if trial.accuracy is not None and trial.cost]
    accuracies = [trial.accuracy or 0.0 for trial in finished]
    costs = [math.log10(trial.cost or 1.0) for trial in finished]
    found = []
    for name in finished[0].params if finished else ():
        values = [str(trial.params[name]) for trial in finished if name in trial.params]
        if len(values) == len(finished) and len(set(values)) > 1:
            found.append(ChoiceImportance(name, explained_share(values, accuracies), explained_share(values, costs)))
    found.sort(key=lambda choice: -choice.accuracy - choice.cost)  # stable: equals stay in the order of the choices
    return found[:_MOST_CHOICES]


def explained_share(values: Sequence[Any], results: Sequence[float]) -> float:
    """The share of the results' variance that lies between the groups of equal values: epsilon squared.

    It is eta squared less what as many groups of pure chance would explain, so a choice of many values gains nothing
    by their number.

    Args:
        values: A choice's value in each trial, of any type; compared as text.
        results: The result of each trial, finite; as many as values.
    Returns:
        0 to 1; 0 where nothing can be told: results that are all the same, or a value of its own in every trial.
    References:
        Kelley (1935), PNAS 21(9): an unbiased correlation ratio measure.
    """
    import numpy as np

    groups = np.unique([str(value) for value in values], return_inverse=True)[1]
    numbers = np.asarray(results, dtype=float)
    sizes = np.bincount(groups)
    free = len(numbers) - len(sizes)  # degrees of freedom within the groups
    total = float(np.sum((numbers - numbers.mean()) ** 2)) if len(numbers) else 0.0
    if free <= 0 or total == 0.0:
        return 0.0
    means = np.bincount(groups, weights=numbers) / sizes
    within = float(np.sum((numbers - means[groups]) ** 2))
    return max(0.0, 1.0 - (within / free) / (total / (len(numbers) - 1)))

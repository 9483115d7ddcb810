"""How important each choice is: the share of the differences in accuracy, and in cost, that it explains.

A share counts only if it is larger than those that shuffled results give. From few trials nothing can be told.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs.records import StudyRecord, TrialRecord

_MOST_CHOICES = 5  # axes of MLflow's parallel coordinates; more are not legible
_SHUFFLES = 999
_LEVEL = 0.05  # how often chance alone may name any choice


@dataclass(frozen=True)
class ChoiceImportance:
    """A choice and what it explains.

    Attributes:
        name: The choice's.
        accuracy: Share of the variance of the accuracies, 0 to 1; None if chance explains as much.
        cost: Share of the variance of the costs' logarithms, 0 to 1; None if chance explains as much.
        trials: How many trials say so.
        confounded: Other choices that have changed with this one, and only with it: the trials can't tell them apart.
    """

    name: str
    accuracy: float | None
    cost: float | None
    trials: int
    confounded: tuple[str, ...] = ()


def finished_trials(study: StudyRecord) -> list[TrialRecord]:
    """The trials that importances are computed from."""
    return [trial for trial in study.trials if trial.accuracy is not None and trial.cost]


def choice_importances(study: StudyRecord) -> list[ChoiceImportance]:
    """The most important choices of the finished trials. At most five."""
    finished = finished_trials(study)
    accuracies, costs = [trial.accuracy or 0.0 for trial in finished], [trial.cost or 1.0 for trial in finished]
    return important_choices([trial.params for trial in finished], accuracies, costs)[:_MOST_CHOICES]


def important_choices(
    params: Sequence[Mapping[str, Any]], accuracies: Sequence[float], costs: Sequence[float]
) -> list[ChoiceImportance]:
    """The choices that explain more of accuracy or cost than chance does, the most important first.

    A choice counts only if every trial made it and the trials differ in it: MLflow's parallel coordinates leave out
    runs that lack one of the axes.

    Args:
        params: Of each trial, value by name.
        accuracies: Of each trial, after the same number of epochs.
        costs: Of each trial, above 0.
    """
    groups = _choices_by_grouping(params)
    of_accuracy = _beyond_chance(list(groups), accuracies)
    of_cost = _beyond_chance(list(groups), [math.log10(cost) for cost in costs])
    importances = [
        ChoiceImportance(name, accuracy, cost, len(params), tuple(confounded))
        for (name, *confounded), accuracy, cost in zip(groups.values(), of_accuracy, of_cost, strict=True)
        if accuracy is not None or cost is not None
    ]
    # Stable: in the space's order.
    return sorted(importances, key=lambda choice: -(choice.accuracy or 0.0) - (choice.cost or 0.0))


def _choices_by_grouping(params: Sequence[Mapping[str, Any]]) -> dict[tuple[int, ...], list[str]]:
    """Choices by how they divide the trials into groups of equal values: a group's number for each trial.

    Choices that divide them in the same way can't be told apart, whatever their values are.
    """
    choices: dict[tuple[int, ...], list[str]] = {}
    for name in params[0] if params else ():
        values = [str(each[name]) for each in params if name in each]
        if len(values) == len(params) and len(set(values)) > 1:
            number = {value: place for place, value in enumerate(dict.fromkeys(values))}
            choices.setdefault(tuple(number[value] for value in values), []).append(name)
    return choices


def _beyond_chance(groupings: Sequence[Sequence[int]], results: Sequence[float]) -> list[float | None]:
    """The share that each grouping explains; None unless it is beyond what shuffled results give.

    The largest share of all groupings counts for each shuffle, so that many choices do not make a lucky one likely.

    References:
        Westfall, Young (1993), Resampling-Based Multiple Testing: the single-step maximum of a permutation.
    """
    import numpy as np

    if not groupings:
        return []
    random = np.random.default_rng(0)  # the same study gives the same answer
    shuffled = random.permuted(np.tile(np.asarray(results, dtype=float), (_SHUFFLES, 1)), axis=1)
    by_chance = np.max([explained_shares(grouping, shuffled) for grouping in groupings], axis=0)
    observed = [float(explained_shares(grouping, [results])[0]) for grouping in groupings]
    as_large = [1 + np.count_nonzero(by_chance >= share - 1e-12) for share in observed]
    return [
        share if count <= _LEVEL * (_SHUFFLES + 1) else None for share, count in zip(observed, as_large, strict=True)
    ]


def explained_shares(grouping: Sequence[int], results):
    """The share of the results' variance that lies between groups: epsilon squared.

    Epsilon squared is eta squared, corrected for chance. So a choice does not seem important because it has many
    values.

    Args:
        grouping: The group of each trial, from 0; shape (n_trials,).
        results: Array of shape (n_sets, n_trials), finite.
    Returns:
        Array of shape (n_sets,), 0 to 1. It is 0 where all results are the same, or every trial is a group of its own.
    References:
        Kelley (1935), PNAS 21(9): an unbiased correlation ratio measure.
    """
    import numpy as np

    groups, numbers = np.asarray(grouping), np.asarray(results, dtype=float)
    sizes = np.bincount(groups)
    degrees_of_freedom = len(groups) - len(sizes)  # within the groups
    if degrees_of_freedom <= 0:
        return np.zeros(len(numbers))
    means = numbers @ (groups[:, np.newaxis] == np.arange(len(sizes))) / sizes
    within = np.sum((numbers - means[:, groups]) ** 2, axis=1)
    total = np.sum((numbers - numbers.mean(axis=1, keepdims=True)) ** 2, axis=1)
    unexplained = np.divide(within, total, out=np.ones_like(total), where=total > 0)
    return np.maximum(0.0, 1.0 - unexplained * (len(groups) - 1) / degrees_of_freedom)

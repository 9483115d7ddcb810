"""The choices that matter in a study, from all its trials: also those that were stopped at a rung."""

from collections.abc import Sequence

from optuna.trial import FrozenTrial

from mlflow_runs.runs.importance import ChoiceImportance, important_choices
from search.optimizer.trials.records import flops_of, reached


def importances(trials: Sequence[FrozenTrial]) -> list[ChoiceImportance]:
    """The choices that explain accuracy or FLOPs beyond chance, the most important first.

    The trials that have reached the lowest rung count, with their accuracies there.
    """
    rung = min((min(reached(trial)) for trial in trials if reached(trial)), default=0)
    measured = [trial for trial in trials if rung in reached(trial)]
    return important_choices(
        [trial.params for trial in measured],
        [reached(trial)[rung] for trial in measured],
        [float(flops_of(trial)) for trial in measured],
    )

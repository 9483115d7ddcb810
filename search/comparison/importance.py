"""The importance of each choice for accuracy and for cost."""

import warnings
from collections.abc import Mapping, Sequence

import optuna
from optuna.trial import FrozenTrial, TrialState, create_trial

from search.optimizer.trials.records import flops_of, reached

FEWEST_TRIALS = 20


def importances(trials: Sequence[FrozenTrial]) -> Mapping[str, tuple[float, float]]:
    """Importance of each choice for accuracy and for FLOPs; each sums to 1 over the choices. The largest comes first.

    The trials that have reached the lowest rung count, with their accuracies there.

    Returns:
        Pairs by the name of the choice; empty if there are too few trials.

    References:
        Watanabe, Bansal, Hutter (2023), PED-ANOVA, arXiv:2304.10255.
    """
    rung = min((min(reached(trial)) for trial in trials if reached(trial)), default=0)
    samples = [
        create_trial(
            state=TrialState.COMPLETE,
            params=trial.params,
            distributions=trial.distributions,
            values=[-reached(trial)[rung], flops_of(trial)],
        )
        for trial in trials
        if rung in reached(trial)
    ]
    if len(samples) < FEWEST_TRIALS:
        return {}
    study = optuna.create_study(directions=["minimize", "minimize"])
    study.add_trials(samples)
    choices = sorted({name for trial in samples for name in trial.params})
    accuracy, flops = (_importances(study, choices, objective) for objective in (0, 1))
    both = {name: (accuracy.get(name, 0.0), flops.get(name, 0.0)) for name in choices}
    return dict(sorted(both.items(), key=lambda item: -max(item[1])))


def _importances(study: optuna.Study, choices: Sequence[str], objective: int) -> Mapping[str, float]:
    with warnings.catch_warnings():
        # It warns that low values are good, which they are here, and of choices that few networks have.
        warnings.simplefilter("ignore", UserWarning)
        return optuna.importance.get_param_importances(
            study,
            evaluator=optuna.importance.PedAnovaImportanceEvaluator(),
            params=list(choices),
            target=lambda trial: trial.values[objective],
        )

"""A toy study that has nothing to do with images: small networks whose number of weights is known before."""

import itertools
import math

import optuna

from search.optimizer import KnownCostSampler

MAX_WEIGHTS = 600.0


def suggest(trial):
    """Params of a network: a conditional density, a loop over layers, a log scale, a whole number, words."""
    kind = trial.suggest_categorical("kind", ["dense", "sparse"])
    for layer in range(trial.suggest_int("layers", 1, 3)):
        trial.suggest_int(f"width{layer}", 4, 64, log=True)
    if kind == "sparse":
        trial.suggest_float("density", 0.05, 0.5, log=True)
    trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    return trial.params


def weights(params):
    """How many weights the network has."""
    widths = [8, *(params[f"width{layer}"] for layer in range(params["layers"])), 4]
    dense = sum(before * after for before, after in itertools.pairwise(widths))
    return dense * (params["density"] if params["kind"] == "sparse" else 1.0)


def error(params):
    """From 0.05 to 1, in closed form: wide layers of equal width help, and so does the right rate."""
    widths = [params[f"width{layer}"] for layer in range(params["layers"])]
    capacity = sum(map(math.log, widths)) / (0.65 + 0.35 * len(widths))
    capacity -= 0.6 * sum(abs(math.log(a / b)) for a, b in itertools.pairwise(widths))
    loss = 0.05 + 0.85 * math.exp(-0.45 * capacity)
    if params["kind"] == "sparse":
        loss *= 1 + 0.25 * abs(math.log(params["density"] / 0.2))
    return min(1.0, loss * (1 + 0.25 * (math.log10(params["rate"]) + 2.5) ** 2))


def objective(trial):
    """Error and number of weights."""
    params = suggest(trial)
    return error(params), weights(params)


def sampler(cost=weights, **options):
    """It learns from the fourth result on."""
    return KnownCostSampler(cost, n_startup_trials=4, **options)


def searched(optuna_sampler, n_trials, *, objective=objective, directions=("minimize", "minimize"), **options):
    study = optuna.create_study(directions=directions, sampler=optuna_sampler, **options)
    study.optimize(objective, n_trials=n_trials)
    return study


def params_of(study):
    return [trial.params for trial in study.get_trials()]

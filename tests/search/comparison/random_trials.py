"""Trials of random networks with made-up accuracies."""

import random

import numpy as np
import optuna
from optuna.trial import TrialState, create_trial

from search.comparison.rules import convolutions
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from search.optimizer.trials import attributes as attr
from spaces.hybrid import HybridSpace


def network_trials(count, accuracy_of, *, seed=0):
    """Trials of random networks; `accuracy_of` makes their accuracies after one epoch, in percent."""
    draw, noise, space = random.Random(seed), np.random.default_rng(seed), HybridSpace()
    trials = []
    for _ in range(count):
        hp = RandomHyperParameters(draw)
        architecture = space.architecture(hp)
        points = accuracy_of(convolutions(architecture)) + noise.normal(0, 0.5)
        distributions = {
            name: optuna.distributions.CategoricalDistribution(sorted({*_choices(name), value}, key=str))
            for name, value in hp.values.items()
        }
        attributes = {
            attr.ARCHITECTURE: architecture.to_dict(),
            attr.MACS: architecture.cost().multiply_adds,
            attr.RUNGS: {"1": points / 100},
        }
        trials.append(
            create_trial(state=TrialState.PRUNED, params=hp.values, distributions=distributions, user_attrs=attributes)
        )
    return trials


def _choices(name):
    if name.endswith("kind"):
        return ["standard", "separable"]
    if name.endswith(("bias", "residual")):
        return [False, True]
    if name == "head":
        return ["flatten", "global_average"]
    if name.endswith("filters"):
        return [8, 16, 24, 32, 48, 64, 96, 128, 192, 256]
    return [1, 2, 3]

"""Trials of random networks with made-up accuracies."""

import random

import numpy as np
from optuna.trial import TrialState, create_trial

from search.comparison.rules import layers_of
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from search.optimizer.trials import attributes as attr
from spaces.hybrid import HybridSpace


def network_trials(count, accuracy_of, *, seed=0):
    """Trials of random networks; `accuracy_of` makes their accuracies after one epoch from their layers, in percent."""
    draw, noise, space = random.Random(seed), np.random.default_rng(seed), HybridSpace()
    trials = []
    for _ in range(count):
        hp = RandomHyperParameters(draw)
        architecture = space.architecture(hp)
        points = accuracy_of(layers_of(architecture)) + noise.normal(0, 0.5)
        attributes = {
            attr.ARCHITECTURE: architecture.to_dict(),
            attr.MACS: architecture.cost().multiply_adds,
            attr.RUNGS: {"1": points / 100},
        }
        trials.append(
            create_trial(
                state=TrialState.PRUNED, params=hp.values, distributions=hp.distributions, user_attrs=attributes
            )
        )
    return trials

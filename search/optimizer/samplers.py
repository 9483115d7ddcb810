"""The samplers by name. Each is made anew for every trial, seeded by the trial's number.

So a resumed study never repeats its draws, and the same seed gives the same proposals.
"""

import warnings

import optuna
from optuna.samplers import BaseSampler, NSGAIISampler, RandomSampler, TPESampler


def _tpe(seed: int) -> BaseSampler:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # `group` lets conditional choices be sampled jointly too.
        return TPESampler(multivariate=True, group=True, seed=seed, warn_independent_sampling=False)


SAMPLERS = {
    "tpe": _tpe,
    "nsga2": lambda seed: NSGAIISampler(population_size=20, seed=seed),
    "random": lambda seed: RandomSampler(seed=seed),
}
"""Optuna's own, as its users get them: name to a function of the seed."""

DEFAULT = "tpe"


def make_sampler(name: str, *, seed: int, trial_number: int) -> BaseSampler:
    """The sampler called `name`, for one proposal."""
    return SAMPLERS[name](trial_seed(seed, trial_number))


def trial_seed(seed: int, trial_number: int) -> int:
    """A seed of its own for each trial of each study."""
    return (seed * 1_000_003 + trial_number) % 2**32

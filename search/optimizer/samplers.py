"""The samplers by name. Each is made anew for every trial, seeded by the trial's number.

So a resumed study never repeats its draws, and the same seed gives the same proposals.
"""

import warnings


def _tpe(seed: int):
    import optuna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # `group` lets conditional choices be sampled jointly too.
        return optuna.samplers.TPESampler(multivariate=True, group=True, seed=seed)


def _nsga2(seed: int):
    import optuna

    return optuna.samplers.NSGAIISampler(population_size=20, seed=seed)


def _random(seed: int):
    import optuna

    return optuna.samplers.RandomSampler(seed=seed)


SAMPLERS = {"tpe": _tpe, "nsga2": _nsga2, "random": _random}
"""Optuna's own, as its users get them: name to a function of the seed."""

DEFAULT = "tpe"


def make_sampler(name: str, *, seed: int, trial_number: int):
    """The sampler called `name`, for one proposal."""
    return SAMPLERS[name](trial_seed(seed, trial_number))


def trial_seed(seed: int, trial_number: int) -> int:
    """A seed of its own for each trial of each study, 0 to 2^32 - 1."""
    return (seed * 1_000_003 + trial_number) % 2**32

"""The samplers by name. Each is made anew for every trial, seeded by the trial's number.

So a resumed study never repeats its draws, and the same seed gives the same proposals.
"""

import warnings


def _known_cost(seed: int, *, space, **problem):
    from search.optimizer.sampler.known_cost import KnownCostSampler

    return KnownCostSampler(space, seed=seed, **problem)


def _tpe_default(seed: int, **_):
    import optuna

    return optuna.samplers.TPESampler(seed=seed)


def _tpe(seed: int, **_):
    import optuna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # `group` lets conditional choices be sampled jointly too.
        return optuna.samplers.TPESampler(multivariate=True, group=True, seed=seed)


def _nsga2(seed: int, **_):
    import optuna

    return optuna.samplers.NSGAIISampler(population_size=20, seed=seed)


def _random(seed: int, **_):
    import optuna

    return optuna.samplers.RandomSampler(seed=seed)


SAMPLERS = {
    "known-cost": _known_cost,
    "tpe": _tpe,
    "tpe-default": _tpe_default,
    "nsga2": _nsga2,
    "random": _random,
}
"""Ours, and Optuna's own as its users get them: name to a function of the seed, and of what ours alone makes use of."""

DEFAULT = "known-cost"


def make_sampler(name: str, *, seed: int, trial_number: int, space, **problem):
    """The sampler called `name`, for one proposal.

    Args:
        name: One of `SAMPLERS`.
        seed: Of the study.
        trial_number: Of the trial that it is for.
        space: Of the study.
        problem: Likewise: bounds, caps, ladder, objective, trend and draws, as `KnownCostSampler` takes them.
    """
    return SAMPLERS[name](trial_seed(seed, trial_number), space=space, **problem)


def trial_seed(seed: int, trial_number: int) -> int:
    """A seed of its own for each trial of each study, 0 to 2^32 - 1."""
    return (seed * 1_000_003 + trial_number) % 2**32

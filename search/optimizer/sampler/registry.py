"""The samplers by name, and any other of Optuna's by its module and class.

Each is made anew for every batch of decisions, which is mostly one, seeded by the number of trials. So a resumed study
never repeats its draws, and the same seed gives the same proposals. Nothing is imported before a sampler is made: the
names alone are needed to read a command's flags.
"""

import warnings
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

    from search.optimizer.networks.candidates import Candidate
    from search.optimizer.networks.problem import Problem
    from search.optimizer.sampler.base import Sampler
    from search.optimizer.sampler.warm_start import SourceTaskMean


def _known_cost(problem: "Problem", **options: Any) -> "Sampler":
    from search.optimizer.sampler.known_cost import KnownCostDecision

    return KnownCostDecision(problem, **options)


def _optuna(make: "Callable[[int], BaseSampler]", problem: "Problem", *, draws: object, **options: Any) -> "Sampler":
    from search.optimizer.sampler.optuna_samplers import OptunaSampler

    return OptunaSampler(make, problem, **options)


def _tpe_default(seed: int) -> "BaseSampler":
    import optuna

    return optuna.samplers.TPESampler(seed=seed)


def _tpe(seed: int) -> "BaseSampler":
    import optuna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # `group` lets conditional choices be sampled jointly too.
        return optuna.samplers.TPESampler(multivariate=True, group=True, seed=seed)


def _nsga2(seed: int) -> "BaseSampler":
    import optuna

    return optuna.samplers.NSGAIISampler(population_size=20, seed=seed)


def _random(seed: int) -> "BaseSampler":
    import optuna

    return optuna.samplers.RandomSampler(seed=seed)


SAMPLERS: "dict[str, Callable[..., Sampler]]" = {
    "known-cost": _known_cost,
    "tpe": partial(_optuna, _tpe),
    "tpe-default": partial(_optuna, _tpe_default),
    "nsga2": partial(_optuna, _nsga2),
    "random": partial(_optuna, _random),
}
"""Ours, and Optuna's own as its users get them."""

DEFAULT = "known-cost"


def check_sampler(name: str) -> None:
    """Import a sampler that is not one of `SAMPLERS`, and make one. It takes as long as its own imports.

    Raises:
        SearchError, ValueError: If that fails. The message says why.
    """
    if name not in SAMPLERS:
        _imported(name, study_seed=0)(0)


def rehearse_sampler(name: str, problem: "Problem") -> None:
    """Try a proposal of a sampler that is not one of `SAMPLERS`, before anything is trained for it.

    Raises:
        SearchError, ValueError: If it can't propose a network of this problem. The message says why.
    """
    if name not in SAMPLERS:
        from search.optimizer.sampler.rehearsal import rehearse

        rehearse(_imported(name, study_seed=0)(0), problem)


def _imported(reference: str, *, study_seed: int) -> "Callable[[int], BaseSampler]":
    from search.optimizer.sampler.imported_sampler import make_imported_sampler

    return lambda seed: make_imported_sampler(reference, seed=seed, study_seed=study_seed)


def make_sampler(
    name: str,
    problem: "Problem",
    *,
    seed: int,
    trial_number: int,
    source_task_mean: "SourceTaskMean | None" = None,
    draws: "Callable[[int], Iterable[Candidate]] | None" = None,
) -> "Sampler":
    """The sampler called `name`, for one batch of decisions.

    Args:
        name: One of `SAMPLERS`, or module:name of a class of samplers, or of a function that makes one.
        problem: What is searched; with bounds.
        seed: Of the study.
        trial_number: How many trials the study has.
        source_task_mean: What an earlier study predicts of networks, if the study was started from one.
        draws: As `KnownCostDecision` takes them.
    """
    options = {"seed": trial_seed(seed, trial_number), "source_task_mean": source_task_mean, "draws": draws}
    make = SAMPLERS.get(name) or partial(_optuna, _imported(name, study_seed=seed))
    return make(problem, **options)


def trial_seed(seed: int, trial_number: int) -> int:
    """A seed of its own for each trial of each study, 0 to 2^32 - 1."""
    return (seed * 1_000_003 + trial_number) % 2**32

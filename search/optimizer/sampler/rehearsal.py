"""Tries a proposal of a sampler that this program does not know, before anything is trained for it."""

import contextlib
import itertools
from collections.abc import Iterator
from random import Random

import optuna
from optuna.samplers import BaseSampler
from optuna.trial import TrialState, create_trial

from search.optimizer.networks.describe import CannotDescribe, describe, draw_budget, random_networks
from search.optimizer.networks.hyperparameters import TrialHyperParameters
from search.optimizer.networks.problem import Problem

DRAWS = 500
"""Random networks of which some must exist."""

STATES = (*[TrialState.COMPLETE] * 12, TrialState.PRUNED, TrialState.FAIL, TrialState.RUNNING)
"""Of the trials that the sampler sees, as in a search. Most samplers propose at random until ten are complete."""


def rehearse(sampler: BaseSampler, problem: Problem) -> None:
    """Ask a sampler for a network in a study of random ones, which is forgotten then.

    Raises:
        SearchError: Whatever a `CheckedSampler` raises.
    """
    with _silent_optuna():
        _rehearse(sampler, problem)


def _rehearse(sampler: BaseSampler, problem: Problem) -> None:
    study = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
    random, draws = Random(0), draw_budget(problem.space, DRAWS)
    networks = itertools.islice(random_networks(problem.space, random, draws=draws), len(STATES))
    for state, (hp, _, cost) in zip(STATES, networks, strict=False):
        values = [random.random(), problem.objective.cost(cost)] if state == TrialState.COMPLETE else None
        study.add_trial(create_trial(state=state, values=values, params=hp.values, distributions=hp.distributions))
    with contextlib.suppress(CannotDescribe):
        describe(problem.space, TrialHyperParameters(study.ask()))


@contextlib.contextmanager
def _silent_optuna() -> Iterator[None]:
    """Optuna would tell of a new study."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)

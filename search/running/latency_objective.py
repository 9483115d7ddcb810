"""Latency as the objective of a search: a sample of networks is timed, and a model predicts all others."""

import math
from collections.abc import Callable
from dataclasses import asdict
from random import Random

import optuna

from search.devices.formats import check_installed
from search.devices.latency import LATENCY_FORMAT, measure_networks
from search.devices.latency_model import LatencyModel, fit
from search.errors import SearchError
from search.optimizer.networks.bounds import bounds_of
from search.optimizer.networks.candidates import RandomCandidates
from search.optimizer.networks.describe import random_networks
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.optimizer.networks.objective import Objective
from search.optimizer.networks.problem import Problem
from search.optimizer.trials import attributes as attr
from spaces.network import Network

NAME = "latency_ms"

TIMED_NETWORKS = 40
MOST_DRAWS = 5_000
"""Random networks that are timed, and that are drawn at most to find as many under the caps."""


def latency_objective(model: LatencyModel) -> Objective:
    """Milliseconds for one image, as a model predicts them."""
    return Objective(NAME, "ms", model.price)


def model_of(study: str, problem: Problem, *, storage, seed: int, say: Callable[[str], None]) -> LatencyModel:
    """The latency model of a study: the stored one or, for a new study, one of networks that are timed now.

    Args:
        study: The study's name.
        problem: What is searched; its caps hold for the timed networks, too.
        storage: Its Optuna storage.
        seed: Of the random networks.
        say: Prints a message.
    Raises:
        UsageError: If networks have to be timed and LiteRT is not installed.
        SearchError: If no network is within the caps, or LiteRT can run none.
    """
    model = stored_model(study, storage=storage)
    if model is None:
        check_installed([LATENCY_FORMAT])
        bounds_of(problem)
        say(f"Timing {TIMED_NETWORKS} networks of the space, which takes about a minute.")
        model = timed_model(problem, seed=seed)
    say(
        f"Latency is predicted by a model of {model.networks} timed networks. On networks left out, its median error "
        f"is {100 * model.error:.0f} % and its rank correlation {model.correlation:.2f}."
    )
    return model


def stored_model(study: str, *, storage) -> LatencyModel | None:
    """The latency model that a study stores; None without a study or a model."""
    if study not in optuna.get_all_study_names(storage):
        return None
    stored = optuna.load_study(study_name=study, storage=storage).user_attrs.get(attr.LATENCY_MODEL)
    return None if stored is None else LatencyModel(**stored)


def timed_model(problem: Problem, *, seed: int) -> LatencyModel:
    """A model of random networks within the caps, timed in LiteRT: one image, one thread."""
    networks = networks_to_time(problem, seed=seed)
    latencies = measure_networks(networks)
    timed = [
        (architecture.cost(), latency.median_ms)
        for architecture, latency in zip(networks, latencies, strict=True)
        if math.isfinite(latency.median_ms)
    ]
    if not timed:
        raise SearchError("LiteRT can run no network of this space. Search with --objective flops.")
    costs, milliseconds = zip(*timed, strict=True)
    return fit(costs, milliseconds)


def networks_to_time(problem: Problem, *, seed: int) -> list[Network]:
    """Random networks within the caps, none twice; where hardly any is within them, those that a search draws."""
    networks: dict[str, Network] = {}
    for _, architecture, cost in random_networks(problem.space, Random(seed), draws=MOST_DRAWS):
        if problem.caps.allow(cost):
            networks[architecture.key] = architecture
        if len(networks) == TIMED_NETWORKS:
            return list(networks.values())
    candidates = RandomCandidates(problem, seed=seed).at(0)
    Random(seed).shuffle(candidates)
    for candidate in candidates:
        architecture = problem.space.architecture(StoredHyperParameters(candidate.params))
        networks.setdefault(architecture.key, architecture)
    return list(networks.values())[:TIMED_NETWORKS]


def store_model(model: LatencyModel, study: optuna.Study) -> None:
    """Store a model with a study that has none yet. So the costs of its networks never change."""
    if attr.LATENCY_MODEL not in study.user_attrs:
        study.set_user_attr(attr.LATENCY_MODEL, asdict(model))

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
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.describe import random_networks
from search.optimizer.networks.objective import Objective
from search.optimizer.trials import attributes as attr

NAME = "latency_ms"

TIMED_NETWORKS = 40
MOST_DRAWS = 5_000
"""Random networks that are timed, and that are drawn at most to find as many under the caps."""


def latency_objective(model: LatencyModel) -> Objective:
    """Milliseconds for one image, as a model predicts them."""
    return Objective(NAME, "ms", model.price)


def model_of(study: str, *, storage, space, caps: Caps, seed: int, say: Callable[[str], None]) -> LatencyModel:
    """The latency model of a study: the stored one or, for a new study, one of networks that are timed now.

    Args:
        study: The study's name.
        storage: Its Optuna storage.
        space: Of the study.
        caps: What the timed networks may cost.
        seed: Of the random networks.
        say: Prints a message.
    Raises:
        UsageError: If networks have to be timed and LiteRT is not installed.
    """
    model = stored_model(study, storage=storage)
    if model is None:
        check_installed([LATENCY_FORMAT])
        say(f"Timing {TIMED_NETWORKS} networks of the space, which takes about a minute.")
        model = timed_model(space, caps=caps, seed=seed)
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


def timed_model(space, *, caps: Caps, seed: int) -> LatencyModel:
    """A model of random networks within the caps, timed in LiteRT: one image, one thread."""
    networks: dict[str, object] = {}
    for _, architecture, cost in random_networks(space, Random(seed), draws=MOST_DRAWS):
        if caps.allow(cost):
            networks[architecture.key] = architecture
        if len(networks) == TIMED_NETWORKS:
            break
    latencies = measure_networks(list(networks.values()))
    timed = [
        (architecture.cost(), latency.median_ms)
        for architecture, latency in zip(networks.values(), latencies, strict=True)
        if math.isfinite(latency.median_ms)
    ]
    if not timed:
        raise SearchError("LiteRT can run no network of this space. Search with --objective flops.")
    costs, milliseconds = zip(*timed, strict=True)
    return fit(costs, milliseconds)


def store_model(model: LatencyModel, study: optuna.Study) -> None:
    """Store a model with a study that has none yet. So the costs of its networks never change."""
    if attr.LATENCY_MODEL not in study.user_attrs:
        study.set_user_attr(attr.LATENCY_MODEL, asdict(model))

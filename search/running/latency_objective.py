"""Latency as the objective of a search: networks of the space are timed first, and price all others."""

from dataclasses import asdict
from random import Random

import optuna

from search.devices.formats import check_installed
from search.devices.latency import LATENCY_FORMAT, measure_networks
from search.devices.latency_model import LatencyModel, fit
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.describe import random_networks
from search.optimizer.networks.objective import Objective
from search.optimizer.trials import attributes as attr

NAME = "latency_ms"

TIMED = 40
"""Random networks that are timed."""

DRAWS = 5_000


def objective_of(model: LatencyModel) -> Objective:
    """What a search minimises: milliseconds for one image."""
    return Objective(NAME, "ms", model.price)


def stored_model(storage, study: str) -> LatencyModel | None:
    """The model that an existing study was made with."""
    if study not in optuna.get_all_study_names(storage):
        return None
    stored = optuna.load_study(study_name=study, storage=storage).user_attrs.get(attr.LATENCY_MODEL)
    return None if stored is None else LatencyModel(**stored)


def require() -> None:
    """Refuse where networks can't be timed.

    Raises:
        UsageError: If LiteRT is not installed.
    """
    check_installed([LATENCY_FORMAT])


def timed_model(space, *, caps: Caps, seed: int) -> LatencyModel:
    """Time random networks under the caps: one image, one thread, LiteRT."""
    random, found = Random(seed), {}
    for _, architecture, cost in random_networks(space, random, draws=DRAWS):
        if caps.allow(cost):
            found[architecture.key] = architecture
        if len(found) == TIMED:
            break
    latencies = measure_networks(list(found.values()))
    return fit([architecture.cost() for architecture in found.values()], [one.median_ms for one in latencies])


def keep(model: LatencyModel, study: optuna.Study) -> None:
    """Store the model with a study: its costs stay what they were."""
    if attr.LATENCY_MODEL not in study.user_attrs:
        study.set_user_attr(attr.LATENCY_MODEL, asdict(model))

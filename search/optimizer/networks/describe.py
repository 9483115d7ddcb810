"""Networks as a space describes them: somebody else's code, whose mistakes are of one kind here."""

import contextlib
from collections.abc import Iterator
from random import Random
from typing import Any

from optuna.exceptions import StorageInternalError

from search.errors import SearchError
from search.optimizer.networks.hyperparameters import HyperParameters, RandomHyperParameters

BUILT_DRAWS = 25
"""Networks that are described to learn about a space whose networks must be built for it: some seconds."""


class CannotDescribe(Exception):
    """A space has no network for these answers; the message says why."""


def describe(space, hp: HyperParameters) -> tuple[Any, Any]:
    """The network that a space describes, and what it costs.

    Raises:
        CannotDescribe: Whatever the space raises.
    """
    architecture, cost = evaluate_cost(space, hp)
    key_of(architecture)
    return architecture, cost


def evaluate_cost(space, hp: HyperParameters) -> tuple[Any, Any]:
    """As `described`, but the network's key, which takes as long as its cost, is not looked at."""
    with _told():
        architecture = space.architecture(hp)
        return architecture, architecture.cost()


def key_of(architecture) -> str:
    """The key of a network: a hash of its parts, which is where a wrong part shows.

    Raises:
        CannotDescribe: Whatever it raises.
    """
    with _told():
        return architecture.key


def draw_budget(space, draws: int, *, built: int = BUILT_DRAWS) -> int:
    """How many networks may be described: `draws` by arithmetic, or `built` that must be built for it."""
    return min(draws, built) if getattr(space, "is_built_to_be_priced", False) else draws


def random_networks(space, random: Random, *, draws: int) -> Iterator[tuple[HyperParameters, Any, Any]]:
    """Answers drawn at random, the network they describe and its cost; those it can't describe are passed over.

    Raises:
        SearchError: If it could describe none.
    """
    mistake: CannotDescribe | None = None
    found = False
    for _ in range(draws):
        hp = RandomHyperParameters(random)
        try:
            architecture, cost = describe(space, hp)
        except CannotDescribe as error:
            mistake = mistake or error
            continue
        found = True
        yield hp, architecture, cost
    if not found:
        raise SearchError(f"none of {draws:,} random draws gave a network; {mistake}. Mend the space.")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except StorageInternalError:
        raise  # Answers of a trial are stored as they are given; that is not the space's fault.
    except Exception as error:
        raise CannotDescribe(f"the space can't describe this network: {_said(error)}") from error


def _said(error: Exception) -> str:
    """A mistake's message; those of Keras and others begin with the kind of error, and a KeyError is its key alone."""
    text = " ".join(str(error).split())[:300]
    return text if isinstance(error, ValueError) and text else f"{type(error).__name__}: {text}".rstrip(": ")

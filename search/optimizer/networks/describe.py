"""Networks as a space describes them. A space may be somebody else's code: what it raises becomes one error here."""

import contextlib
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from optuna.exceptions import StorageInternalError

from search.errors import SearchError
from search.optimizer.networks.hyperparameters import HyperParameters, RandomHyperParameters
from spaces.cost import Cost
from spaces.error_text import reason
from spaces.network import Network, Space

BUILT_DRAWS = 25
"""Networks that are described to learn about a space whose networks must be built for it: some seconds."""


class CannotDescribe(Exception):
    """A space has no network for these params; the message says why."""


def describe(space: Space, hp: HyperParameters) -> tuple[Network, Cost]:
    """The network that a space describes, and what it costs.

    Raises:
        CannotDescribe: Whatever the space raises.
        SearchError: If the params are a trial's, and its sampler can't suggest them.
    """
    architecture, cost = evaluate_cost(space, hp)
    function_key_of(architecture)
    return architecture, cost


def evaluate_cost(space: Space, hp: HyperParameters) -> tuple[Network, Cost]:
    """As `describe`, but without the network's key, which takes as long as its cost."""
    with _one_kind_of_error():
        architecture = space.architecture(hp)
        return architecture, architecture.cost()


def function_key_of(architecture: Network) -> str:
    """The function key of a network: a hash of its parts, which is where a wrong part shows.

    Raises:
        CannotDescribe: Whatever it raises.
    """
    with _one_kind_of_error():
        return architecture.function_key


def must_build(space: Space) -> bool:
    """Whether a network of the space must be built to know its cost, which takes far more than a millisecond."""
    return bool(getattr(space, "requires_build_for_cost", False))


def all_params(space: Space) -> Iterator[Mapping[str, Any]] | None:
    """Params of every network of a space that lists them; None of other spaces."""
    listed = getattr(space, "all_params", None)
    return None if listed is None else listed()


def draw_budget(space: Space, draws: int, *, built: int = BUILT_DRAWS) -> int:
    """How many networks may be described: `draws` by arithmetic, or `built` that must be built for it."""
    return min(draws, built) if must_build(space) else draws


def random_networks(space: Space, random: Random, *, draws: int) -> Iterator[tuple[HyperParameters, Network, Cost]]:
    """Random params, the network they describe and its cost; params that describe no network are passed over.

    Raises:
        SearchError: If none of them describes one.
    """
    first_error: CannotDescribe | None = None
    any_described = False
    for _ in range(draws):
        hp = RandomHyperParameters(random)
        try:
            architecture, cost = describe(space, hp)
        except CannotDescribe as error:
            first_error = first_error or error
            continue
        any_described = True
        yield hp, architecture, cost
    if not any_described:
        raise SearchError(f"none of {draws:,} random draws gave a network; {first_error}. Correct the space.")


@contextlib.contextmanager
def _one_kind_of_error() -> Iterator[None]:
    try:
        yield
    except (StorageInternalError, SearchError):
        raise  # Params of a trial are suggested and stored meanwhile; that is not the space's fault.
    except Exception as error:
        # A ValueError is the space's own sentence, or one of Keras's; other kinds are named.
        text = reason(error).removeprefix("ValueError: ").rstrip(".")
        raise CannotDescribe(f"the space can't describe this network: {text}") from error

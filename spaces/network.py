"""The interfaces of a space and of a network: all that a search, a study and an export need from them.

`Architecture` implements `Network`, so a space that describes its networks as `Architecture` needs no class for them.
A hypermodel's networks have a class of their own. `network_from_dict` recognises each by its data.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from spaces import architecture, hypermodel_network, notation
from spaces.cost import Cost
from spaces.keras_types import HyperParameters, KerasModel
from spaces.shapes import ImageShape


class Network(Protocol):
    """A description of a network, from which it can be built. It can be hashed and pickled."""

    @property
    def input_shape(self) -> ImageShape:
        """(height, width, channels)."""

    @property
    def key(self) -> str:
        """A hash of the network that is built. Two descriptions of one network have the same key."""

    @property
    def function_key(self) -> str:
        """A hash of the functions that the network can learn. None of them is trained twice."""

    def cost(self) -> Cost:
        """The cost of the network, without building it."""

    def words(self) -> str:
        """The network in one line."""

    def build(self) -> KerasModel:
        """The Keras model with new weights, not compiled, with the input and output of `spaces.model_io`."""

    def to_dict(self) -> dict[str, Any]:
        """The network as plain data, for JSON. `network_from_dict` reads it back."""

    def to_json(self) -> str:
        """The same as JSON text."""


class Space(Protocol):
    """A set of networks for images of one shape, and the parameters that tell them apart.

    A space may have further attributes:

    - `version`: a text that changes when the code of the space changes.
    - `requires_build_for_cost`: True if a network must be built to count its cost, which takes far more than a
      millisecond.
    - `is_without_effect(name)`: whether networks that differ in this param alone can learn the same functions.
    - `built_params()`: iterates over the params of the networks that were built already and take no time any more.
    - `all_params()`: iterates over the params of every network, of a space that is a list of them. Other params may
      describe one of them, too: its networks have `params`, their own.

    Attributes:
        name: The name by which a user chooses it.
        input_shape: (height, width, channels).
        classes: Number of classes.
    """

    name: str
    input_shape: ImageShape
    classes: int

    def architecture(self, hp: HyperParameters) -> Network:
        """The network with the parameter values of `hp`.

        Raises:
            Exception: If these values describe no network. The trial that has them then fails with this message.
        """

    def build(self, hp: HyperParameters) -> KerasModel:
        """The compiled Keras model, for a tuner of KerasTuner."""

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """Networks that every study tries first: name to params."""


def network_from_dict(data: object) -> Network:
    """The network that a `to_dict` wrote. Nothing is imported or built.

    Raises:
        ValueError: Names the first mistake.
    """
    if isinstance(data, Mapping) and "hypermodel" in data:
        return hypermodel_network.from_dict(data)
    return architecture.from_dict(data)


def legend(networks: Iterable[str], *, like: object) -> str:
    """One line that explains the words of networks.

    Args:
        networks: The words of each network.
        like: The data of one of them, as `to_dict` gives it.
    """
    is_of_hypermodel = isinstance(like, Mapping) and "hypermodel" in like
    return hypermodel_network.LEGEND if is_of_hypermodel else notation.legend(networks)

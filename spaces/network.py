"""What a space and a network of it must offer: all that a search, a study and an export ask of them.

A space that describes its networks as `Architecture` has the latter's methods for nothing. A space whose networks are
something else, as a hypermodel's are, brings a class of its own, which `network_from_dict` knows by its data.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from spaces import architecture, hypermodel_network, words
from spaces.cost import Cost


class Network(Protocol):
    """A network that is not built: picklable, hashable plain data.

    Attributes:
        input_shape: (height, width, channels).
        key: A hash of the network that is built: equal for two descriptions of one network.
    """

    input_shape: tuple[int, int, int]
    key: str

    def cost(self) -> Cost:
        """What it costs, without building it."""

    def words(self) -> str:
        """The network in a line."""

    def build(self):
        """The Keras model with fresh weights, not compiled, with the ends of `spaces.model_io`."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON, from which `network_from_dict` makes it again."""

    def to_json(self) -> str:
        """The same as text."""


class Space(Protocol):
    """What can be built, for images of one shape.

    Attributes:
        name: By which a person asks for it.
        input_shape: (height, width, channels).
        classes: Number of classes.

    It may have, besides: `version`, a text that changes when the space does otherwise than in its networks;
    `is_built_to_be_priced`, true where describing a network takes far more than a millisecond; and with it
    `built_params()`, which iterates over the params of networks that take no time any more.
    """

    name: str
    input_shape: tuple[int, int, int]
    classes: int

    def architecture(self, hp) -> Network:
        """The network that the answers of `hp`, KerasTuner's interface, describe.

        Raises:
            Exception: Whatever is wrong with these answers; a trial that got them fails with its message.
        """

    def build(self, hp):
        """The Keras model, compiled, as a KerasTuner tuner wants it."""

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """Networks that every study tries first: name to answers."""


def network_from_dict(data: object) -> Network:
    """The network that a `to_dict` wrote; nothing is imported or built.

    Raises:
        ValueError: Names the first thing that is wrong.
    """
    if isinstance(data, Mapping) and "hypermodel" in data:
        return hypermodel_network.from_dict(data)
    return architecture.from_dict(data)


def legend(networks: Iterable[str], *, like: object) -> str:
    """What explains the words of networks.

    Args:
        networks: Words of each.
        like: Data of one of them.
    """
    is_hypermodels = isinstance(like, Mapping) and "hypermodel" in like
    return hypermodel_network.LEGEND if is_hypermodels else words.legend(networks)

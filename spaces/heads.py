"""The heads of a network: from the last feature maps to one logit for each class.

A new kind is one frozen dataclass, listed in `HEADS`.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from spaces import cost
from spaces.cost import LayerCost
from spaces.int8 import operators
from spaces.int8.operators import Operator
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape
from spaces.validation import Dataclass, require


class Head(Dataclass, Hashable, Protocol):
    """The interface of every head. Each kind of head is a frozen dataclass.

    Attributes:
        kind: Its name in files.
    """

    kind: ClassVar[str]

    @property
    def classes(self) -> int:
        """Number of classes."""

    def layers(self, input_shape: Shape) -> tuple[LayerCost, ...]:
        """Cost of each layer over feature maps of shape (height, width, channels)."""

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        """The operators of the int8 file that the head and the softmax become, in the file's order."""

    def build(self, tensor: KerasTensor) -> KerasTensor:
        """Apply the Keras layers of the head. The result holds one logit for each class."""

    def words(self) -> str:
        """The head in the notation of `spaces.notation`: one or two words."""


@dataclass(frozen=True)
class FlattenHead:
    """Flatten, a hidden dense layer, dropout, and a dense layer of one logit for each class.

    Attributes:
        classes: Number of classes.
        units: Width of the hidden layer.
        dropout: Share of hidden values dropped in training.
    """

    kind: ClassVar[str] = "flatten"
    classes: int
    units: int = 128
    dropout: float = 0.5

    def __post_init__(self) -> None:
        _check_head(self)
        require("units", self.units, self.units >= 1, "a whole number of 1 or more")

    def layers(self, input_shape: Shape) -> tuple[LayerCost, ...]:
        inputs = input_shape[0] * input_shape[1] * input_shape[2]
        hidden = cost.dense("hidden", inputs, self.units)
        return (hidden, cost.dense("logits", self.units, self.classes))

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        inputs = math.prod(input_shape)
        return (
            *operators.flatten(input_shape),
            *operators.activated(operators.dense(inputs, self.units), "relu"),
            operators.dense(self.units, self.classes),
            operators.softmax(self.classes),
        )

    def build(self, tensor: KerasTensor) -> KerasTensor:
        from keras import layers

        tensor = layers.Flatten(name="flatten")(tensor)
        tensor = layers.Dense(self.units, activation="relu", name="hidden")(tensor)
        tensor = layers.Dropout(self.dropout, name="dropout")(tensor)
        return layers.Dense(self.classes, name="logits")(tensor)

    def words(self) -> str:
        return f"flatten {self.units}"


@dataclass(frozen=True)
class GlobalAverageHead:
    """The mean of each channel, dropout, and a dense layer of one logit for each class.

    Attributes:
        classes: Number of classes.
        dropout: Share of channel means dropped in training.

    References:
        Lin, Chen, Yan (2014), Network in network, arXiv:1312.4400.
    """

    kind: ClassVar[str] = "global_average"
    classes: int
    dropout: float = 0.0

    def __post_init__(self) -> None:
        _check_head(self)

    def layers(self, input_shape: Shape) -> tuple[LayerCost, ...]:
        channels = input_shape[2]
        pool = cost.weightless("global_average", "GlobalAveragePooling2D", (channels,))
        return (pool, cost.dense("logits", channels, self.classes))

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        channels = input_shape[2]
        return (operators.mean(input_shape), operators.dense(channels, self.classes), operators.softmax(self.classes))

    def build(self, tensor: KerasTensor) -> KerasTensor:
        from keras import layers

        tensor = layers.GlobalAveragePooling2D(name="global_average")(tensor)
        if self.dropout:
            tensor = layers.Dropout(self.dropout, name="dropout")(tensor)
        return layers.Dense(self.classes, name="logits")(tensor)

    def words(self) -> str:
        return "average"


_KINDS: tuple[type[Head], ...] = (FlattenHead, GlobalAverageHead)

HEADS = {head.kind: head for head in _KINDS}
"""Every kind of head by its name in files."""


def _check_head(head: FlattenHead | GlobalAverageHead) -> None:
    require("classes", head.classes, head.classes >= 2, "a whole number of 2 or more")
    require("dropout", head.dropout, 0 <= head.dropout < 1, "a share from 0 to below 1")

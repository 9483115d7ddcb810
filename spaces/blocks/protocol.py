"""The interface of every block."""

from collections.abc import Hashable
from typing import ClassVar, Protocol

from spaces.cost import LayerCost
from spaces.int8.operators import Operator
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape
from spaces.validation import Dataclass


class Block(Dataclass, Hashable, Protocol):
    """A part of a network from feature maps to feature maps. Each kind of block is a frozen dataclass.

    Attributes:
        kind: Its name in files.
    """

    kind: ClassVar[str]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Shape (height, width, channels) of the output.

        Raises:
            ValueError: If `input_shape` does not fit the block.
        """

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        """Cost of each layer, in the order of execution. The name of each layer starts with `name`."""

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        """The operators of the int8 file that the block becomes, in the file's order."""

    def build(self, tensor: KerasTensor, name: str) -> KerasTensor:
        """Apply the Keras layers of the block to `tensor`."""

    def words(self) -> str:
        """The block in the notation of `spaces.notation`: a few characters without a space."""

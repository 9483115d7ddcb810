"""What every block can say of itself and do."""

from typing import ClassVar, Protocol

from spaces.cost import LayerCost, Shape


class Block(Protocol):
    """A part of a network that takes feature maps and gives feature maps."""

    kind: ClassVar[str]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Shape (height, width, channels) that comes out; ValueError where `input_shape` does not fit."""

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        """Cost of each layer, in the order of execution; their names start with `name`."""

    def build(self, tensor, name: str):
        """Apply the block's Keras layers to a Keras tensor."""

    def words(self) -> str:
        """The block in a few characters."""

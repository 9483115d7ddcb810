"""Blocks that make feature maps smaller without a convolution: max-pool and resizing."""

from dataclasses import dataclass
from typing import ClassVar

from spaces import cost
from spaces.cost import LayerCost
from spaces.int8 import operators
from spaces.int8.operators import Operator
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape
from spaces.validation import require


@dataclass(frozen=True)
class MaxPool:
    """The largest value of each `size` x `size` window. Windows do not overlap; incomplete ones are dropped."""

    kind: ClassVar[str] = "max_pool"
    size: int = 2

    def __post_init__(self) -> None:
        require("size", self.size, self.size >= 2, "a whole number of 2 or more")

    def output_shape(self, input_shape: Shape) -> Shape:
        if min(input_shape[:2]) < self.size:
            raise ValueError(
                f"a {self.size}x{self.size} max-pool needs at least {self.size} pixels a side; got "
                f"{input_shape[0]}x{input_shape[1]}. Use larger images or fewer pools."
            )
        return (input_shape[0] // self.size, input_shape[1] // self.size, input_shape[2])

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        return (cost.weightless(f"{name}_pool", "MaxPooling2D", self.output_shape(input_shape)),)

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        return (Operator("MAX_POOL_2D", self.output_shape(input_shape)),)

    def build(self, tensor: KerasTensor, name: str) -> KerasTensor:
        from keras import layers

        return layers.MaxPooling2D(self.size, name=f"{name}_pool")(tensor)

    def words(self) -> str:
        return "|"


@dataclass(frozen=True)
class Resize:
    """Bilinear resizing of the image or of feature maps, without antialiasing.

    On a smaller image every layer of a network has less work. The resizing is part of the network, so it is trained,
    exported and timed with it.

    Attributes:
        height, width: Of the output.
    """

    kind: ClassVar[str] = "resize"
    height: int
    width: int

    def __post_init__(self) -> None:
        for name in ("height", "width"):
            require(name, getattr(self, name), getattr(self, name) >= 1, "a whole number of 1 or more")

    def output_shape(self, input_shape: Shape) -> Shape:
        return (self.height, self.width, input_shape[2])

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        return (cost.weightless(f"{name}_resize", "Resize", self.output_shape(input_shape)),)

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        return (operators.resize(self.output_shape(input_shape)),)

    def build(self, tensor: KerasTensor, name: str) -> KerasTensor:
        from keras import ops

        # Not `layers.Resizing`: if a model is called without `training`, that layer passes `training=True` to all
        # later layers.
        return ops.image.resize(tensor, (self.height, self.width), interpolation="bilinear")

    def words(self) -> str:
        return f"@{self.height}" if self.height == self.width else f"@{self.height}x{self.width}"

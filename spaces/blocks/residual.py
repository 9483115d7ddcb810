"""A residual block: some convolutions, and their input added to their output."""

from dataclasses import dataclass
from typing import ClassVar

from spaces import cost
from spaces.blocks.convolutions import SeparableConv, StandardConv
from spaces.blocks.norm_activation import activation_build, activation_layers, check_activation
from spaces.cost import LayerCost
from spaces.int8 import operators
from spaces.int8.operators import Operator
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape
from spaces.validation import require


@dataclass(frozen=True)
class Residual:
    """The output of `body`, and the input or its projection added to it.

    Attributes:
        body: Convolutions, in order.
        shortcut: Projection of the input. None adds the input itself, so `body` must keep its shape.
        activation: After the addition.

    References:
        He, Zhang, Ren, Sun (2016), Deep residual learning, CVPR.
    """

    kind: ClassVar[str] = "residual"
    body: tuple[StandardConv | SeparableConv, ...]
    shortcut: StandardConv | None = None
    activation: str = "linear"

    def __post_init__(self) -> None:
        require("body", self.body, len(self.body) > 0, "at least one block")
        check_activation(self.activation)

    def output_shape(self, input_shape: Shape) -> Shape:
        output = input_shape
        for block in self.body:
            output = block.output_shape(output)
        skip = self.shortcut.output_shape(input_shape) if self.shortcut else input_shape
        if skip != output:
            raise ValueError(
                f"a residual block adds tensors of one shape; got {skip} and {output}. "
                "Give it a `shortcut` that projects, or a body that keeps the shape."
            )
        return output

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        output = self.output_shape(input_shape)
        rows: list[LayerCost] = []
        shape = input_shape
        for index, block in enumerate(self.body, start=1):
            rows += block.layers(shape, f"{name}_{index}")
            shape = block.output_shape(shape)
        if self.shortcut:
            rows += self.shortcut.layers(input_shape, f"{name}_shortcut")
        return (*rows, cost.weightless(f"{name}_add", "Add", output), *activation_layers(self.activation, output, name))

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        rows: list[Operator] = []
        shape = input_shape
        for block in self.body:
            rows += block.operators(shape)
            shape = block.output_shape(shape)
        skip = self.shortcut.operators(input_shape) if self.shortcut else ()
        *branches, addition = operators.residual(rows, skip)
        return (*branches, *operators.activated(addition, self.activation))

    def build(self, tensor: KerasTensor, name: str) -> KerasTensor:
        from keras import layers

        skip = self.shortcut.build(tensor, f"{name}_shortcut") if self.shortcut else tensor
        for index, block in enumerate(self.body, start=1):
            tensor = block.build(tensor, f"{name}_{index}")
        tensor = layers.Add(name=f"{name}_add")([tensor, skip])
        return activation_build(self.activation, tensor, name)

    def words(self) -> str:
        return "(" + " ".join(block.words() for block in self.body) + ")+"

"""The block of Xception: separable convolutions with the activation before each, and their input added."""

from dataclasses import dataclass
from typing import ClassVar

from spaces import cost
from spaces.blocks.convolutions import SeparableConv, StandardConv
from spaces.blocks.norm_activation import activation_build, activation_layers, check_window, window_marks
from spaces.cost import LayerCost
from spaces.int8 import operators
from spaces.int8.operators import Operator
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape
from spaces.validation import require

MAX_CONVOLUTIONS = 100
"""A larger value in a file is a mistake. The blocks of the paper have 2 or 3."""


@dataclass(frozen=True)
class Xception:
    """Activation, separable convolution, BatchNorm, repeated `convolutions` times; then the input is added.

    If the shape changes, a 1x1 convolution projects the input. The blocks of the paper end in a max-pool. Here the
    first convolution has strides instead, so that the second has less work.

    Attributes:
        filters: Output channels of each convolution.
        kernel_size: Side of the windows.
        strides: Step of the first window, in both directions.
        convolutions: Number of separable convolutions.
        activation: Keras's name, one of `ACTIVATIONS`.

    References:
        Chollet (2017), Xception, CVPR; He, Zhang, Ren, Sun (2016), Identity mappings, arXiv:1603.05027.
    """

    kind: ClassVar[str] = "xception"
    filters: int
    kernel_size: int = 3
    strides: int = 1
    convolutions: int = 2
    activation: str = "relu"

    def __post_init__(self) -> None:
        check_window(self)
        holds = 1 <= self.convolutions <= MAX_CONVOLUTIONS
        require("convolutions", self.convolutions, holds, f"a whole number from 1 to {MAX_CONVOLUTIONS}")

    def output_shape(self, input_shape: Shape) -> Shape:
        return cost.same_padding(input_shape, strides=self.strides, channels=self.filters)

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        rows: list[LayerCost] = []
        shape = input_shape
        for index, convolution in enumerate(self._body(), start=1):
            rows += activation_layers(self.activation, shape, f"{name}_{index}_before")
            rows += convolution.layers(shape, f"{name}_{index}")
            shape = convolution.output_shape(shape)
        shortcut = self._shortcut(input_shape)
        if shortcut:
            rows += shortcut.layers(input_shape, f"{name}_shortcut")
        return (*rows, cost.weightless(f"{name}_add", "Add", shape))

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        rows: list[Operator] = []
        shape = input_shape
        for convolution in self._body():
            rows[-1:] = (
                operators.activated(rows[-1], self.activation) if rows else operators.alone(self.activation, shape)
            )
            rows += convolution.operators(shape)
            shape = convolution.output_shape(shape)
        shortcut = self._shortcut(input_shape)
        return operators.residual(rows, shortcut.operators(input_shape) if shortcut else ())

    def _body(self) -> list[SeparableConv]:
        all_strides = [self.strides] + [1] * (self.convolutions - 1)
        return [
            SeparableConv(self.filters, self.kernel_size, strides=strides, bias=False, activation="linear")
            for strides in all_strides
        ]

    def _shortcut(self, input_shape: Shape) -> StandardConv | None:
        if self.strides == 1 and input_shape[2] == self.filters:
            return None
        return StandardConv(self.filters, 1, strides=self.strides, batch_norm=False, activation="linear")

    def build(self, tensor: KerasTensor, name: str) -> KerasTensor:
        from keras import layers

        shortcut = self._shortcut(tensor.shape[1:])
        skip = shortcut.build(tensor, f"{name}_shortcut") if shortcut else tensor
        for index, convolution in enumerate(self._body(), start=1):
            tensor = activation_build(self.activation, tensor, f"{name}_{index}_before")
            tensor = convolution.build(tensor, f"{name}_{index}")
        return layers.Add(name=f"{name}_add")([tensor, skip])

    def words(self) -> str:
        times = f"x{self.convolutions}" if self.convolutions != 2 else ""
        return f"X{self.filters}{times}{window_marks(self)}"

"""The block of Xception: activations before separable convolutions, and their input added."""

from dataclasses import dataclass
from typing import ClassVar

from spaces import cost
from spaces.blocks.convolutions import SeparableConv, StandardConv
from spaces.blocks.norm_activation import activation_build, activation_layers, check_window, window_marks
from spaces.cost import LayerCost, Shape
from spaces.validation import require

MOST_CONVOLUTIONS = 100
"""A file that asks for more is a mistake; the paper's have 2 and 3."""


@dataclass(frozen=True)
class Xception:
    """Activation, separable convolution, BatchNorm, `convolutions` times over; then the input is added.

    Where the shape changes, the input is projected by a 1x1 convolution. The paper's blocks shrink by a max-pool at
    their end; here the first convolution takes steps, so that the second works on less.

    Attributes:
        filters: Output channels, of each convolution.
        kernel_size: Side of the windows.
        strides: Step of the first window, both ways.
        convolutions: How many.
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
        holds = 1 <= self.convolutions <= MOST_CONVOLUTIONS
        require("convolutions", self.convolutions, holds, f"a whole number from 1 to {MOST_CONVOLUTIONS}")

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
        rows = self._beside_input(rows, input_shape)
        if shortcut:
            rows += cost.with_waiting(shortcut.layers(input_shape, f"{name}_shortcut"), shape)
        return (*rows, LayerCost(f"{name}_add", "Add", shape, 0, 0, cost.activation_bytes(shape, shape)))

    def _beside_input(self, rows: list[LayerCost], input_shape: Shape) -> list[LayerCost]:
        """The input is kept: the first activation can't work in its place, and a first convolution reads it itself."""
        first, *rest = rows
        waiting = [] if self.activation == "linear" else [input_shape]
        return [*cost.with_waiting([first], *waiting), *cost.with_waiting(rest, input_shape)]

    def _body(self) -> list[SeparableConv]:
        steps = [self.strides] + [1] * (self.convolutions - 1)
        options = {"bias": False, "activation": "linear"}
        return [SeparableConv(self.filters, self.kernel_size, strides=step, **options) for step in steps]

    def _shortcut(self, input_shape: Shape) -> StandardConv | None:
        if self.strides == 1 and input_shape[2] == self.filters:
            return None
        return StandardConv(self.filters, 1, strides=self.strides, batch_norm=False, activation="linear")

    def build(self, tensor, name: str):
        from keras import layers

        shortcut = self._shortcut(tensor.shape[1:])
        skipped = shortcut.build(tensor, f"{name}_shortcut") if shortcut else tensor
        for index, convolution in enumerate(self._body(), start=1):
            tensor = activation_build(self.activation, tensor, f"{name}_{index}_before")
            tensor = convolution.build(tensor, f"{name}_{index}")
        return layers.Add(name=f"{name}_add")([tensor, skipped])

    def words(self) -> str:
        times = f"x{self.convolutions}" if self.convolutions != 2 else ""
        return f"X{self.filters}{times}{window_marks(self)}"

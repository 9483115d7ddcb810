"""The block of MobileNetV2 and V3, of MnasNet and of EfficientNet (there called MBConv)."""

from dataclasses import dataclass
from typing import ClassVar

from spaces import cost
from spaces.blocks.norm_activation import (
    activation_build,
    activation_layers,
    check_window,
    norm_build,
    norm_layers,
    window_marks,
)
from spaces.blocks.squeeze_excite import squeeze_excite_build, squeeze_excite_layers, squeeze_excite_operators
from spaces.cost import LayerCost
from spaces.int8 import operators
from spaces.int8.operators import Operator
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape
from spaces.validation import require

MAX_EXPANSION = 100
"""A larger value in a file is a mistake. The papers have 1 to 6."""


@dataclass(frozen=True)
class InvertedResidual:
    """A 1x1 convolution that widens, a depthwise one, optional squeeze-and-excite, a 1x1 convolution that narrows.

    BatchNorm follows each convolution. The activation follows the first two, so the output is linear. If the output has
    the shape of the input, the input is added. With an expansion of 1 the first convolution is left out.

    Attributes:
        filters: Output channels.
        kernel_size: Side of the depthwise window.
        strides: Step of the depthwise window, in both directions.
        expansion: Channels between the two 1x1 convolutions for each input channel. Their total is rounded.
        squeeze_excite: Length of the squeezed vector for each channel between the 1x1 convolutions. 0 for none.
        activation: Keras's name, one of `ACTIVATIONS`.

    References:
        Sandler et al. (2018), MobileNetV2, arXiv:1801.04381; Howard et al. (2019), MobileNetV3, arXiv:1905.02244;
        Tan, Le (2019), EfficientNet, arXiv:1905.11946, whose squeezed vectors are a quarter of the block's input.
    """

    kind: ClassVar[str] = "inverted_residual"
    filters: int
    kernel_size: int = 3
    strides: int = 1
    expansion: float = 6.0
    squeeze_excite: float = 0.0
    activation: str = "relu"

    def __post_init__(self) -> None:
        check_window(self)
        holds = 1 <= self.expansion <= MAX_EXPANSION
        require("expansion", self.expansion, holds, f"a ratio from 1 to {MAX_EXPANSION}")
        require("squeeze_excite", self.squeeze_excite, 0 <= self.squeeze_excite <= 1, "a share from 0 to 1")

    def output_shape(self, input_shape: Shape) -> Shape:
        return cost.same_padding(input_shape, strides=self.strides, channels=self.filters)

    def adds_input(self, input_shape: Shape) -> bool:
        """Whether the input is added to the output."""
        return self.strides == 1 and input_shape[2] == self.filters

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        output = self.output_shape(input_shape)
        wide = (*input_shape[:2], self._channels(input_shape))
        middle = (*output[:2], wide[2])
        rows = [
            *self._depthwise_layers(wide, middle, f"{name}_depthwise"),
            *self._squeeze_excite_layers(middle, f"{name}_excite"),
            cost.convolution(f"{name}_project", middle, output, kernel_size=1, bias=False),
            *norm_layers(output, f"{name}_project"),
        ]
        rows = [*self._expand_layers(input_shape, wide, f"{name}_expand"), *rows]
        if self.adds_input(input_shape):
            rows.append(cost.weightless(f"{name}_add", "Add", output))
        return tuple(rows)

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        output = self.output_shape(input_shape)
        wide = (*input_shape[:2], self._channels(input_shape))
        middle = (*output[:2], wide[2])
        rows: list[Operator] = []
        if self.expansion != 1:
            rows += operators.activated(operators.convolution(input_shape, wide, kernel_size=1), self.activation)
        window = operators.depthwise(middle, kernel_size=self.kernel_size, has_bias=True)
        rows += operators.activated(window, self.activation)
        if self.squeeze_excite:
            rows += squeeze_excite_operators(middle, ratio=self.squeeze_excite, activation=self.activation)
        rows.append(operators.convolution(middle, output, kernel_size=1))
        return operators.residual(rows, ()) if self.adds_input(input_shape) else tuple(rows)

    def _channels(self, input_shape: Shape) -> int:
        return round(self.expansion * input_shape[2])

    def _expand_layers(self, input_shape: Shape, wide: Shape, name: str) -> tuple[LayerCost, ...]:
        if self.expansion == 1:
            return ()
        row = cost.convolution(name, input_shape, wide, kernel_size=1, bias=False)
        return (row, *norm_layers(wide, name), *activation_layers(self.activation, wide, name))

    def _depthwise_layers(self, wide: Shape, middle: Shape, name: str) -> tuple[LayerCost, ...]:
        row = cost.depthwise(name, wide, middle, kernel_size=self.kernel_size, bias=False)
        return (row, *norm_layers(middle, name), *activation_layers(self.activation, middle, name))

    def _squeeze_excite_layers(self, middle: Shape, name: str) -> tuple[LayerCost, ...]:
        return squeeze_excite_layers(middle, name, ratio=self.squeeze_excite) if self.squeeze_excite else ()

    def build(self, tensor: KerasTensor, name: str) -> KerasTensor:
        from keras import layers

        block_input, shape = tensor, tensor.shape[1:]
        if self.expansion != 1:
            tensor = self._pointwise(tensor, self._channels(shape), f"{name}_expand")
            tensor = activation_build(self.activation, tensor, f"{name}_expand")
        tensor = self._depthwise(tensor, f"{name}_depthwise")
        if self.squeeze_excite:
            tensor = squeeze_excite_build(
                tensor, f"{name}_excite", ratio=self.squeeze_excite, activation=self.activation
            )
        tensor = self._pointwise(tensor, self.filters, f"{name}_project")
        return layers.Add(name=f"{name}_add")([tensor, block_input]) if self.adds_input(shape) else tensor

    def _pointwise(self, tensor: KerasTensor, filters: int, name: str) -> KerasTensor:
        from keras import layers

        return norm_build(layers.Conv2D(filters, 1, use_bias=False, name=name)(tensor), name)

    def _depthwise(self, tensor: KerasTensor, name: str) -> KerasTensor:
        from keras import layers

        tensor = layers.DepthwiseConv2D(
            self.kernel_size, strides=self.strides, padding="same", use_bias=False, name=name
        )(tensor)
        return activation_build(self.activation, norm_build(tensor, name), name)

    def words(self) -> str:
        squeeze = f"q{100 * self.squeeze_excite:.0f}" if self.squeeze_excite else ""
        return f"I{self.filters}x{self.expansion:g}{window_marks(self)}{squeeze}"

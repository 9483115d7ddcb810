"""The two basic convolutions: standard, and depthwise separable."""

from dataclasses import dataclass
from typing import Any, ClassVar

from spaces import cost
from spaces.blocks.norm_activation import (
    activation_build,
    activation_layers,
    check_window,
    norm_build,
    norm_layers,
    window_marks,
)
from spaces.cost import LayerCost
from spaces.int8 import operators
from spaces.int8.operators import Operator
from spaces.keras_types import KerasTensor
from spaces.shapes import Shape
from spaces.validation import require


@dataclass(frozen=True)
class StandardConv:
    """A standard convolution, BatchNorm and activation; "same" padding.

    Attributes:
        filters: Output channels.
        kernel_size: Side of the square window.
        strides: Step of the window, in both directions.
        bias: Whether the convolution adds a bias (BatchNorm's offset makes it redundant).
        batch_norm: Whether BatchNorm follows.
        activation: Keras's name, one of `ACTIVATIONS`.
        l2: Weight of the L2 penalty on the kernel.
    """

    kind: ClassVar[str] = "standard"
    filters: int
    kernel_size: int = 3
    strides: int = 1
    bias: bool = True
    batch_norm: bool = True
    activation: str = "relu"
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_window(self)
        require("l2", self.l2, self.l2 >= 0, "a weight of 0 or more")

    def output_shape(self, input_shape: Shape) -> Shape:
        return cost.same_padding(input_shape, strides=self.strides, channels=self.filters)

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        output = self.output_shape(input_shape)
        row = cost.convolution(f"{name}_conv", input_shape, output, kernel_size=self.kernel_size, bias=self.bias)
        return (row, *_norm_activation_layers(self, output, name))

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        return operators.activated(
            operators.convolution(
                input_shape,
                self.output_shape(input_shape),
                kernel_size=self.kernel_size,
                has_bias=self.bias or self.batch_norm,
            ),
            self.activation,
        )

    def build(self, tensor: KerasTensor, name: str) -> KerasTensor:
        from keras import layers

        tensor = layers.Conv2D(
            self.filters,
            self.kernel_size,
            strides=self.strides,
            padding="same",
            use_bias=self.bias,
            kernel_regularizer=_l2(self.l2),
            name=f"{name}_conv",
        )(tensor)
        return _norm_activation_build(self, tensor, name)

    def words(self) -> str:
        return f"C{self.filters}{_marks(self)}"


@dataclass(frozen=True)
class SeparableConv:
    """A depthwise separable convolution, BatchNorm and activation; "same" padding.

    First a window over each channel alone, then a 1x1 convolution over all channels. It has 1/filters + 1/kernel_size^2
    of the multiply-adds of a standard convolution of the same shape (at a depth multiplier of 1).

    Attributes:
        filters, kernel_size, strides, bias, batch_norm, activation: As in `StandardConv`.
        depth_multiplier: Depthwise outputs for each input channel.
        depthwise_l2, pointwise_l2: Weights of the L2 penalties on the two kernels.

    References:
        Howard et al. (2017), MobileNets, arXiv:1704.04861; Chollet (2017), Xception, CVPR.
    """

    kind: ClassVar[str] = "separable"
    filters: int
    kernel_size: int = 3
    strides: int = 1
    depth_multiplier: int = 1
    bias: bool = True
    batch_norm: bool = True
    activation: str = "relu"
    depthwise_l2: float = 0.0
    pointwise_l2: float = 0.0

    def __post_init__(self) -> None:
        check_window(self)
        require("depth_multiplier", self.depth_multiplier, self.depth_multiplier >= 1, "a whole number of 1 or more")
        require("depthwise_l2", self.depthwise_l2, self.depthwise_l2 >= 0, "a weight of 0 or more")
        require("pointwise_l2", self.pointwise_l2, self.pointwise_l2 >= 0, "a weight of 0 or more")

    def output_shape(self, input_shape: Shape) -> Shape:
        return cost.same_padding(input_shape, strides=self.strides, channels=self.filters)

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        output = self.output_shape(input_shape)
        middle = (output[0], output[1], input_shape[2] * self.depth_multiplier)
        return (
            cost.depthwise(f"{name}_conv/depthwise", input_shape, middle, kernel_size=self.kernel_size, bias=False),
            cost.convolution(f"{name}_conv/pointwise", middle, output, kernel_size=1, bias=self.bias),
            *_norm_activation_layers(self, output, name),
        )

    def operators(self, input_shape: Shape) -> tuple[Operator, ...]:
        output = self.output_shape(input_shape)
        middle = (output[0], output[1], input_shape[2] * self.depth_multiplier)
        window = operators.depthwise(middle, kernel_size=self.kernel_size, has_bias=False)
        pointwise = operators.convolution(middle, output, kernel_size=1, has_bias=self.bias or self.batch_norm)
        return (window, *operators.activated(pointwise, self.activation))

    def build(self, tensor: KerasTensor, name: str) -> KerasTensor:
        from keras import layers

        tensor = layers.SeparableConv2D(
            self.filters,
            self.kernel_size,
            strides=self.strides,
            padding="same",
            use_bias=self.bias,
            depth_multiplier=self.depth_multiplier,
            depthwise_regularizer=_l2(self.depthwise_l2),
            pointwise_regularizer=_l2(self.pointwise_l2),
            name=f"{name}_conv",
        )(tensor)
        return _norm_activation_build(self, tensor, name)

    def words(self) -> str:
        multiplier = f"x{self.depth_multiplier}" if self.depth_multiplier > 1 else ""
        return f"S{self.filters}{multiplier}{_marks(self)}"


def _norm_activation_layers(block: StandardConv | SeparableConv, shape: Shape, name: str) -> tuple[LayerCost, ...]:
    norm = norm_layers(shape, name) if block.batch_norm else ()
    return (*norm, *activation_layers(block.activation, shape, name))


def _norm_activation_build(block: StandardConv | SeparableConv, tensor: KerasTensor, name: str) -> KerasTensor:
    if block.batch_norm:
        tensor = norm_build(tensor, name)
    return activation_build(block.activation, tensor, name)


def _marks(block: StandardConv | SeparableConv) -> str:
    return window_marks(block) + ("b" if block.bias else "")


def _l2(weight: float) -> Any:
    if not weight:
        return None
    import keras

    return keras.regularizers.L2(weight)

"""The blocks of a network: for each kind its shape, its cost and its Keras layers, side by side.

A new kind is one frozen dataclass with a `kind`, `output_shape`, `layers` and `build`, listed in `BLOCKS`.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from spaces import cost
from spaces.cost import LayerCost, Shape
from spaces.validation import require

ACTIVATIONS = ("linear", "relu", "relu6", "silu", "hard_silu", "elu", "gelu")

# Keras's own 0.99 remembers 100 steps, more than a small data set has in several epochs.
BATCH_NORM_MOMENTUM = 0.9


class Block(Protocol):
    """What every block can say of itself and do."""

    kind: ClassVar[str]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Shape (height, width, channels) that comes out; ValueError where `input_shape` does not fit."""

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        """Cost of each layer, in the order of execution; their names start with `name`."""

    def build(self, tensor, name: str):
        """Apply the block's Keras layers to a Keras tensor."""

    def words(self) -> str:
        """The block in a few characters."""


@dataclass(frozen=True)
class StandardConv:
    """A standard convolution, BatchNorm and activation; "same" padding.

    Attributes:
        filters: Output channels.
        kernel_size: Side of the square window.
        strides: Step of the window, both ways.
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
        _check_convolution(self)
        require("l2", self.l2, self.l2 >= 0, "a weight of 0 or more")

    def output_shape(self, input_shape: Shape) -> Shape:
        return cost.same_padding(input_shape, strides=self.strides, channels=self.filters)

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        output = self.output_shape(input_shape)
        row = cost.convolution(f"{name}_conv", input_shape, output, kernel_size=self.kernel_size, bias=self.bias)
        return (row, *_finish_layers(self, output, name))

    def build(self, tensor, name: str):
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
        return _finish_build(self, tensor, name)

    def words(self) -> str:
        return f"C{self.filters}{_word_marks(self)}"


@dataclass(frozen=True)
class SeparableConv:
    """A depthwise separable convolution, BatchNorm and activation; "same" padding.

    A window over each channel alone, then a 1x1 convolution over all of them. Against a standard convolution of the
    same shape its multiply-adds are 1/filters + 1/kernel_size^2 (depth multiplier 1).

    Attributes:
        filters, kernel_size, strides, bias, batch_norm, activation: As in `StandardConv`.
        depth_multiplier: Depthwise outputs per input channel.
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
        _check_convolution(self)
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
            *_finish_layers(self, output, name),
        )

    def build(self, tensor, name: str):
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
        return _finish_build(self, tensor, name)

    def words(self) -> str:
        multiplier = f"x{self.depth_multiplier}" if self.depth_multiplier > 1 else ""
        return f"S{self.filters}{multiplier}{_word_marks(self)}"


@dataclass(frozen=True)
class MaxPool:
    """The largest value of each `size` x `size` window, windows side by side, incomplete ones dropped."""

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
        return (cost.pooling(f"{name}_pool", "MaxPooling2D", input_shape, self.output_shape(input_shape)),)

    def build(self, tensor, name: str):
        from keras import layers

        return layers.MaxPooling2D(self.size, name=f"{name}_pool")(tensor)

    def words(self) -> str:
        return "|"


@dataclass(frozen=True)
class Residual:
    """The input, or its projection, added to what `body` makes of it.

    Attributes:
        body: Blocks, in order.
        shortcut: Projection of the input; None adds it as it is, and then shapes must agree.
        activation: After the addition.

    References:
        He, Zhang, Ren, Sun (2016), Deep residual learning, CVPR.
    """

    kind: ClassVar[str] = "residual"
    body: tuple["StandardConv | SeparableConv", ...]
    shortcut: StandardConv | None = None
    activation: str = "linear"

    def __post_init__(self) -> None:
        require("body", self.body, len(self.body) > 0, "at least one block")
        _check_activation(self.activation)

    def output_shape(self, input_shape: Shape) -> Shape:
        output = input_shape
        for block in self.body:
            output = block.output_shape(output)
        skipped = self.shortcut.output_shape(input_shape) if self.shortcut else input_shape
        if skipped != output:
            raise ValueError(
                f"a residual block adds tensors of one shape; got {skipped} and {output}. "
                "Give it a `shortcut` that projects, or a body that keeps the shape."
            )
        return output

    def layers(self, input_shape: Shape, name: str) -> tuple[LayerCost, ...]:
        output = self.output_shape(input_shape)
        rows: list[LayerCost] = []
        shape = input_shape
        for index, block in enumerate(self.body, start=1):
            # The first block reads the skipped tensor itself; later ones run while it waits.
            waiting = cost.activation_bytes(input_shape) if index > 1 else 0
            rows += _with_waiting(block.layers(shape, f"{name}_{index}"), waiting)
            shape = block.output_shape(shape)
        rows += self._shortcut_layers(input_shape, output, name)
        return (*rows, *self._addition_layers(output, name))

    def _shortcut_layers(self, input_shape: Shape, output: Shape, name: str) -> list[LayerCost]:
        if self.shortcut is None:
            return []
        return _with_waiting(self.shortcut.layers(input_shape, f"{name}_shortcut"), cost.activation_bytes(output))

    def _addition_layers(self, output: Shape, name: str) -> tuple[LayerCost, ...]:
        addition = LayerCost(f"{name}_add", "Add", output, 0, 0, cost.activation_bytes(output, output))
        if self.activation == "linear":
            return (addition,)
        return (addition, cost.in_place(f"{name}_activation", "Activation", output))

    def build(self, tensor, name: str):
        from keras import layers

        skipped = self.shortcut.build(tensor, f"{name}_shortcut") if self.shortcut else tensor
        for index, block in enumerate(self.body, start=1):
            tensor = block.build(tensor, f"{name}_{index}")
        tensor = layers.Add(name=f"{name}_add")([tensor, skipped])
        if self.activation == "linear":
            return tensor
        return layers.Activation(self.activation, name=f"{name}_activation")(tensor)

    def words(self) -> str:
        return "(" + " ".join(block.words() for block in self.body) + ")+"


BLOCKS = {block.kind: block for block in (StandardConv, SeparableConv, MaxPool, Residual)}


def _finish_layers(block: StandardConv | SeparableConv, shape: Shape, name: str) -> tuple[LayerCost, ...]:
    rows = ()
    if block.batch_norm:
        rows = (cost.batch_norm(f"{name}_norm", shape),)
    if block.activation != "linear":
        rows = (*rows, cost.in_place(f"{name}_activation", "Activation", shape))
    return rows


def _finish_build(block: StandardConv | SeparableConv, tensor, name: str):
    from keras import layers

    if block.batch_norm:
        tensor = layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_norm")(tensor)
    if block.activation != "linear":
        tensor = layers.Activation(block.activation, name=f"{name}_activation")(tensor)
    return tensor


def _with_waiting(rows: tuple[LayerCost, ...], waiting: int) -> list[LayerCost]:
    return [row._replace(activation_bytes=row.activation_bytes + waiting) for row in rows]


def _word_marks(block: StandardConv | SeparableConv) -> str:
    stride = f"/{block.strides}" if block.strides > 1 else ""
    return stride + ("b" if block.bias else "")


def _l2(weight: float):
    if not weight:
        return None
    import keras

    return keras.regularizers.L2(weight)


def _check_activation(activation: str) -> None:
    require("activation", activation, activation in ACTIVATIONS, f"one of {', '.join(ACTIVATIONS)}")


def _check_convolution(block: StandardConv | SeparableConv) -> None:
    require("filters", block.filters, block.filters >= 1, "a whole number of 1 or more")
    require("kernel_size", block.kernel_size, block.kernel_size >= 1, "a whole number of 1 or more")
    require("strides", block.strides, block.strides >= 1, "a whole number of 1 or more")
    _check_activation(block.activation)

"""The cost of a network by arithmetic alone. TensorFlow is not imported and no network is built.

All counts are for one image:

- A multiply-add is one multiplication and one addition, so FLOPs are twice the multiply-adds.
- Only convolutions and matrix products have multiply-adds. Papers that compare networks count the same way.
- BatchNorm has no multiply-adds, because deployment folds it into the layer before it. Its four vectors count as
  parameters.
- Activations are 4-byte floats. A layer holds its input and its output at once. BatchNorm, activation functions,
  dropout, additions and reshapes work in place.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from spaces.int8.network import Int8Network
from spaces.shapes import ImageShape, Shape

BYTES_PER_VALUE = 4

__all__ = ["ImageShape", "Shape"]


class LayerCost(NamedTuple):
    """Cost of one layer.

    Attributes:
        name: The Keras layer's name.
        kind: Keras's class name. The two halves of a separable convolution are separate rows.
        output_shape: Without the batch.
        multiply_adds: For one image.
        parameters: Trainable or not.
        activation_bytes: All activations held while the layer runs, with those that a residual connection keeps.
        kernel_size: Side of a convolution's window; 0 for other layers.
        input_channels: Of a convolution; 0 for other layers.
    """

    name: str
    kind: str
    output_shape: Shape
    multiply_adds: int
    parameters: int
    activation_bytes: int
    kernel_size: int = 0
    input_channels: int = 0


@dataclass(frozen=True)
class Cost:
    """Cost of a network, by layer and in total.

    Attributes:
        layers: In the order of execution.
        unknown: Names of layers that no rule counts. If there are any, the totals are lower bounds.
        int8: The network's int8 file; None where it is unknown.
    """

    layers: tuple[LayerCost, ...]
    unknown: tuple[str, ...] = ()
    int8: Int8Network | None = None

    @property
    def ram_bytes(self) -> int | None:
        """RAM that an int8 interpreter needs for tensors; None where it is unknown."""
        return self.int8.ram_bytes if self.int8 else None

    @property
    def flash_bytes(self) -> int | None:
        """Size of the int8 file; None where it is unknown."""
        return self.int8.flash_bytes if self.int8 else None

    @cached_property
    def multiply_adds(self) -> int:
        """Multiply-adds for one image."""
        return sum([layer[3] for layer in self.layers])

    @property
    def flops(self) -> int:
        """Floating-point operations for one image: two per multiply-add."""
        return 2 * self.multiply_adds

    @cached_property
    def parameters(self) -> int:
        """Parameters, trainable or not."""
        return sum([layer[4] for layer in self.layers])

    @cached_property
    def peak_activation_bytes(self) -> int:
        """The most bytes of activations held at any time, batch 1."""
        return max([layer[5] for layer in self.layers], default=0)

    def table(self) -> list[dict[str, object]]:
        """One row for each layer, as a mapping from column to value. All rows have the same columns."""
        return [
            {
                **layer._asdict(),
                "output_shape": "x".join(map(str, layer.output_shape)),
                "flops": 2 * layer.multiply_adds,
            }
            for layer in self.layers
        ]


def activation_bytes(*shapes: Shape) -> int:
    """Bytes of tensors of these shapes, held at once, batch 1."""
    return BYTES_PER_VALUE * sum([math.prod(shape) for shape in shapes])


def same_padding(shape: Shape, *, strides: int, channels: int) -> Shape:
    """Output shape of a window that moves over `shape` (height, width, channels) with "same" padding."""
    return (-(-shape[0] // strides), -(-shape[1] // strides), channels)


def convolution(name: str, input_shape: Shape, output_shape: Shape, *, kernel_size: int, bias: bool) -> LayerCost:
    """A standard convolution: each output value sums over the window and all input channels."""
    weights = kernel_size**2 * input_shape[2] * output_shape[2]
    multiply_adds = output_shape[0] * output_shape[1] * weights
    parameters = weights + bias * output_shape[2]
    held_bytes = activation_bytes(input_shape, output_shape)
    return LayerCost(name, "Conv2D", output_shape, multiply_adds, parameters, held_bytes, kernel_size, input_shape[2])


def depthwise(name: str, input_shape: Shape, output_shape: Shape, *, kernel_size: int, bias: bool) -> LayerCost:
    """A depthwise convolution: each output value sums over the window of one input channel."""
    weights = kernel_size**2 * output_shape[2]
    multiply_adds = output_shape[0] * output_shape[1] * weights
    parameters = weights + bias * output_shape[2]
    held = activation_bytes(input_shape, output_shape)
    return LayerCost(
        name, "DepthwiseConv2D", output_shape, multiply_adds, parameters, held, kernel_size, input_shape[2]
    )


def dense(name: str, inputs: int, units: int, *, bias: bool = True) -> LayerCost:
    """A dense layer of one vector."""
    return LayerCost(
        name, "Dense", (units,), inputs * units, inputs * units + bias * units, activation_bytes((inputs,), (units,))
    )


def batch_norm(name: str, shape: Shape) -> LayerCost:
    """BatchNorm: scale, offset, moving mean and variance of each channel. It is folded, so it has no multiply-adds."""
    return LayerCost(name, "BatchNormalization", shape, 0, 4 * shape[-1], activation_bytes(shape))


def pooling(name: str, kind: str, input_shape: Shape, output_shape: Shape) -> LayerCost:
    """A pooling layer. It compares or sums, so it has no multiply-adds."""
    return LayerCost(name, kind, output_shape, 0, 0, activation_bytes(input_shape, output_shape))


def in_place(name: str, kind: str, shape: Shape) -> LayerCost:
    """A layer that writes its output where its input is."""
    return LayerCost(name, kind, shape, 0, 0, activation_bytes(shape))


def with_kept_tensors(rows: Iterable[LayerCost], *shapes: Shape) -> list[LayerCost]:
    """The same layers while tensors of these shapes are kept for a later layer."""
    kept_bytes = activation_bytes(*shapes)
    return [LayerCost(*row[:5], row.activation_bytes + kept_bytes, *row[6:]) for row in rows]

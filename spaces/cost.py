"""What a network costs, by arithmetic alone: no TensorFlow, no network built.

Conventions, for one image: a multiply-add is one multiplication and one addition, so FLOPs are twice the
multiply-adds; only convolutions and dense layers have any, as in the papers that networks are compared by.
BatchNorm is folded into the layer before it when a network is deployed, so it costs no multiply-adds, but its
four vectors count as parameters. Activations are 4-byte floats; a layer holds its input and its output, while
BatchNorm, activations, dropout, additions and reshapes work in place.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

BYTES_PER_VALUE = 4

Shape = tuple[int, ...]  # (height, width, channels) or (units,)


class LayerCost(NamedTuple):
    """Cost of one layer.

    Attributes:
        name: The Keras layer's name.
        kind: Keras's class name; the two halves of a separable convolution are rows of their own.
        output_shape: Without the batch.
        multiply_adds: For one image.
        parameters: Trainable or not.
        activation_bytes: Held while the layer runs, skipped tensors of residual blocks included.
        kernel_size: Side of a convolution's window; 0 for other layers.
    """

    name: str
    kind: str
    output_shape: Shape
    multiply_adds: int
    parameters: int
    activation_bytes: int
    kernel_size: int = 0


@dataclass(frozen=True)
class Cost:
    """Cost of a network, by layer and in total.

    Attributes:
        layers: In the order of execution.
        unknown: Layers of a foreign model that no rule counts; where there are any, totals are lower bounds.
    """

    layers: tuple[LayerCost, ...]
    unknown: tuple[str, ...] = ()

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
        """Bytes of activations alive at the busiest moment, batch 1."""
        return max([layer[5] for layer in self.layers], default=0)

    def table(self) -> list[dict[str, object]]:
        """One mapping a layer, the same columns in each, for people and for files."""
        return [
            {
                **layer._asdict(),
                "output_shape": "x".join(map(str, layer.output_shape)),
                "flops": 2 * layer.multiply_adds,
            }
            for layer in self.layers
        ]


def activation_bytes(*shapes: Shape) -> int:
    """Bytes of tensors of these shapes held together, batch 1."""
    return BYTES_PER_VALUE * sum([math.prod(shape) for shape in shapes])


def same_padding(shape: Shape, *, strides: int, channels: int) -> Shape:
    """Output shape of a "same"-padded window over `shape` (height, width, channels)."""
    return (-(-shape[0] // strides), -(-shape[1] // strides), channels)


def convolution(name: str, input_shape: Shape, output_shape: Shape, *, kernel_size: int, bias: bool) -> LayerCost:
    """A standard convolution: each output value sums over the window and all input channels."""
    weights = kernel_size**2 * input_shape[2] * output_shape[2]
    multiply_adds = output_shape[0] * output_shape[1] * weights
    parameters = weights + bias * output_shape[2]
    held = activation_bytes(input_shape, output_shape)
    return LayerCost(name, "Conv2D", output_shape, multiply_adds, parameters, held, kernel_size)


def depthwise(name: str, input_shape: Shape, output_shape: Shape, *, kernel_size: int, bias: bool) -> LayerCost:
    """A depthwise convolution: each output value sums over the window of one input channel."""
    weights = kernel_size**2 * output_shape[2]
    multiply_adds = output_shape[0] * output_shape[1] * weights
    parameters = weights + bias * output_shape[2]
    held = activation_bytes(input_shape, output_shape)
    return LayerCost(name, "DepthwiseConv2D", output_shape, multiply_adds, parameters, held, kernel_size)


def dense(name: str, inputs: int, units: int, *, bias: bool = True) -> LayerCost:
    """A dense layer of one vector."""
    return LayerCost(
        name, "Dense", (units,), inputs * units, inputs * units + bias * units, activation_bytes((inputs,), (units,))
    )


def batch_norm(name: str, shape: Shape) -> LayerCost:
    """BatchNorm: scale, offset, moving mean and variance of each channel; folded, so no multiply-adds."""
    return LayerCost(name, "BatchNormalization", shape, 0, 4 * shape[-1], activation_bytes(shape))


def pooling(name: str, kind: str, input_shape: Shape, output_shape: Shape) -> LayerCost:
    """A pooling layer: comparisons and sums, no multiply-adds."""
    return LayerCost(name, kind, output_shape, 0, 0, activation_bytes(input_shape, output_shape))


def in_place(name: str, kind: str, shape: Shape) -> LayerCost:
    """A layer that works where its input lies."""
    return LayerCost(name, kind, shape, 0, 0, activation_bytes(shape))


def with_waiting(rows: Iterable[LayerCost], *shapes: Shape) -> list[LayerCost]:
    """Layers that run while tensors of these shapes wait for a later one."""
    waiting = activation_bytes(*shapes)
    return [LayerCost(*row[:5], row.activation_bytes + waiting, row.kernel_size) for row in rows]

"""The cost of a network by arithmetic alone. TensorFlow is not imported and no network is built.

All counts are for one image:

- A multiply-add is one multiplication and one addition, so FLOPs are twice the multiply-adds.
- Only convolutions and matrix products have multiply-adds. Papers that compare networks count the same way.
- BatchNorm has no multiply-adds, because deployment folds it into the layer before it. Its four vectors count as
  parameters.
- RAM and flash are those of the int8 file, see `spaces.int8`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from spaces.int8.network import Int8Network
from spaces.shapes import Shape


class LayerCost(NamedTuple):
    """Cost of one layer.

    Attributes:
        name: The Keras layer's name.
        kind: Keras's class name. The two halves of a separable convolution are separate rows.
        output_shape: Without the batch.
        multiply_adds: For one image.
        parameters: Trainable or not.
        kernel_size: Side of a convolution's window; 0 for other layers.
        input_channels: Of a convolution; 0 for other layers.
    """

    name: str
    kind: str
    output_shape: Shape
    multiply_adds: int
    parameters: int
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


def same_padding(shape: Shape, *, strides: int, channels: int) -> Shape:
    """Output shape of a window that moves over `shape` (height, width, channels) with "same" padding."""
    return (-(-shape[0] // strides), -(-shape[1] // strides), channels)


def convolution(name: str, input_shape: Shape, output_shape: Shape, *, kernel_size: int, bias: bool) -> LayerCost:
    """A standard convolution: each output value sums over the window and all input channels."""
    weights = kernel_size**2 * input_shape[2] * output_shape[2]
    multiply_adds = output_shape[0] * output_shape[1] * weights
    parameters = weights + bias * output_shape[2]
    return LayerCost(name, "Conv2D", output_shape, multiply_adds, parameters, kernel_size, input_shape[2])


def depthwise(name: str, input_shape: Shape, output_shape: Shape, *, kernel_size: int, bias: bool) -> LayerCost:
    """A depthwise convolution: each output value sums over the window of one input channel."""
    weights = kernel_size**2 * output_shape[2]
    multiply_adds = output_shape[0] * output_shape[1] * weights
    parameters = weights + bias * output_shape[2]
    return LayerCost(name, "DepthwiseConv2D", output_shape, multiply_adds, parameters, kernel_size, input_shape[2])


def dense(name: str, inputs: int, units: int, *, bias: bool = True) -> LayerCost:
    """A dense layer of one vector."""
    return LayerCost(name, "Dense", (units,), inputs * units, inputs * units + bias * units)


def batch_norm(name: str, shape: Shape) -> LayerCost:
    """BatchNorm: scale, offset, moving mean and variance of each channel. It is folded, so it has no multiply-adds."""
    return LayerCost(name, "BatchNormalization", shape, 0, 4 * shape[-1])


def weightless(name: str, kind: str, output_shape: Shape) -> LayerCost:
    """A layer without parameters and multiply-adds. It compares, sums, or applies a function to each value."""
    return LayerCost(name, kind, output_shape, 0, 0)

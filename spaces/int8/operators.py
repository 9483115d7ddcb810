"""The operators that TensorFlow's converter makes of the layers of a network, in 8-bit integers.

BatchNorm and ReLU become part of the operator before them. Every operator gives one tensor. It reads tensors that
earlier operators gave, and constants.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from spaces.shapes import Shape

FUSED = ("linear", "relu", "relu6")
"""Activations that are part of the operator before them."""

_OF_ITS_OWN = {
    "relu": "RELU",
    "relu6": "RELU6",
    "hard_silu": "HARD_SWISH",
    "gelu": "GELU",
    "sigmoid": "LOGISTIC",
}


class Constant(NamedTuple):
    """A tensor in the file.

    Attributes:
        shape: As the file has it.
        bytes_per_value: 1 for weights, 4 for biases and for numbers of an operator, such as the axes of a mean.
        scales: Quantisation scales, one for each output channel; 0 for numbers that are not quantised.
        is_zero: Whether all values are 0, as in a bias that the network does not have and the operator wants.
    """

    shape: Shape
    bytes_per_value: int = 4
    scales: int = 0
    is_zero: bool = False


class Operator(NamedTuple):
    """One operator of the int8 file.

    Attributes:
        kind: Its name in the format.
        output: Shape of the tensor that it gives, without the batch.
        reads: For each tensor that it reads, by how many operators it was given before: 1 for the last one.
        constants: Weights, bias and other numbers.
        activation: The activation that is part of it, one of `FUSED`.
        bytes_per_value: Of the tensor that it gives: 1, or 4 for a float32.
    """

    kind: str
    output: Shape
    reads: tuple[int, ...] = (1,)
    constants: tuple[Constant, ...] = ()
    activation: str = "linear"
    bytes_per_value: int = 1

    @property
    def output_bytes(self) -> int:
        """Bytes of the tensor that it gives."""
        return math.prod(self.output) * self.bytes_per_value

    @property
    def scratch_bytes(self) -> int:
        """What TensorFlow Lite Micro's kernel needs while it runs: a mean sums each channel in 4 bytes."""
        return 4 * self.output[0] + 32 if self.kind == "MEAN" else 0


def convolution(
    input_shape: Shape, output: Shape, *, kernel_size: int, has_bias: bool = True, read: int = 1
) -> Operator:
    """A standard convolution. Without a bias of its own and without BatchNorm it gets one of zeros."""
    channels = output[2]
    weights = Constant((channels, kernel_size, kernel_size, input_shape[2]), 1, channels)
    return Operator("CONV_2D", output, (read,), (weights, _bias(channels, is_zero=not has_bias)))


def depthwise(output: Shape, *, kernel_size: int, has_bias: bool) -> Operator:
    """A depthwise convolution. Without a bias of its own and without BatchNorm it gets one of zeros."""
    channels = output[2]
    weights = Constant((1, kernel_size, kernel_size, channels), 1, channels)
    return Operator("DEPTHWISE_CONV_2D", output, (1,), (weights, _bias(channels, is_zero=not has_bias)))


def dense(inputs: int, units: int) -> Operator:
    """A dense layer of one vector, with a bias."""
    return Operator("FULLY_CONNECTED", (units,), (1,), (Constant((units, inputs), 1, units), _bias(units)))


def residual(body: Sequence[Operator], skip: Sequence[Operator]) -> tuple[Operator, ...]:
    """Two branches that read one tensor, and the sum of what they give.

    Args:
        body: At least one operator.
        skip: It comes after the body in the file. Without an operator the tensor itself is added.
    """
    output = body[-1].output
    branches = (*body, *_moved(skip, by=len(body)))
    to_skip = 1 if skip else len(body) + 1
    to_body = len(skip) + 1
    if output[:2] == (1, 1):  # The converter sees a vector that is added to one pixel.
        vector = Operator("RESHAPE", output[2:], (to_skip,), (Constant((1,)),))
        return (*branches, vector, Operator("ADD", output, (to_body + 1, 1)))
    return (*branches, Operator("ADD", output, (to_body, to_skip)))


def gated(gate: Sequence[Operator], shape: Shape) -> tuple[Operator, ...]:
    """A tensor of `shape`, multiplied by what the operators of `gate` make of it."""
    return (*gate, Operator("MUL", shape, (len(gate) + 1, 1)))


def mean(input_shape: Shape) -> Operator:
    """The mean of each channel."""
    return Operator("MEAN", (input_shape[2],), (1,), (Constant((2,)),))


def flatten(input_shape: Shape) -> tuple[Operator, ...]:
    """All values as one vector. They are copied; a single pixel is a vector already."""
    if input_shape[:2] == (1, 1):
        return ()
    return (Operator("RESHAPE", (math.prod(input_shape),), (1,), (Constant((2,)),)),)


def softmax(classes: int) -> Operator:
    """Logits to probabilities."""
    return Operator("SOFTMAX", (classes,))


def resize(output: Shape) -> Operator:
    """Bilinear resizing."""
    return Operator("RESIZE_BILINEAR", output, (1,), (Constant((2,)),))


def activated(operator: Operator, activation: str) -> tuple[Operator, ...]:
    """An operator and the activation after it."""
    if activation in FUSED:
        return (operator._replace(activation=activation),)
    if activation == "hard_sigmoid":  # 3 is added to the bias, and 1/6 is a factor of its own.
        return (operator._replace(activation="relu6"), Operator("MUL", operator.output, (1,), (Constant((), 1, 1),)))
    return (operator, *alone(activation, operator.output))


def alone(activation: str, shape: Shape) -> tuple[Operator, ...]:
    """An activation that no operator before it can take over."""
    if activation == "linear":
        return ()
    if activation == "silu":
        return (Operator("LOGISTIC", shape), Operator("MUL", shape, (2, 1)))
    if activation == "elu":  # The format has none in 8 bits.
        floats = [Operator(kind, shape, bytes_per_value=4) for kind in ("DEQUANTIZE", "ELU")]
        return (*floats, Operator("QUANTIZE", shape))
    return (Operator(_OF_ITS_OWN[activation], shape),)


def following(operators: Sequence[Operator], activation: str) -> tuple[Operator, ...]:
    """The operators of a block behind an operator with `activation`: a ReLU of what a ReLU gave is left out."""
    repeats = activation != "linear" and bool(operators) and operators[0].kind == _OF_ITS_OWN[activation]
    return _moved(operators[1:], by=-1, start=1) if repeats else tuple(operators)


def _moved(operators: Sequence[Operator], *, by: int, start: int = 0) -> tuple[Operator, ...]:
    """The same operators with `by` more between them and what came before the operator number 0.

    Args:
        operators: In order; the first one has the number `start`.
    """
    return tuple(
        operator._replace(reads=tuple(read + by if read > number else read for read in operator.reads))
        for number, operator in enumerate(operators, start)
    )


def _bias(channels: int, *, is_zero: bool = False) -> Constant:
    return Constant((channels,), 4, channels, is_zero)

"""Multiply-adds of a Keras layer that no rule covers, counted on the TensorFlow graph of its call.

As in `spaces.cost`, only convolutions and matrix products have multiply-adds. A graph with an operation that may hide
one, such as a loop, is not counted.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

from spaces.keras_types import KerasLayer

OPAQUE = frozenset(
    "Case EagerPyFunc FFT FFT2D FFT3D For IRFFT IRFFT2D If Map PartitionedCall PyFunc PyFuncStateless RFFT RFFT2D "
    "RemoteCall StatefulPartitionedCall StatelessCase StatelessIf StatelessWhile While XlaConvV2 XlaDotV2".split()
)
"""Operations that run other operations, or that multiply without a convolution or a matrix product."""


def multiply_adds(layer: KerasLayer, arguments: Any) -> int | None:
    """Multiply-adds of one call of a layer, for one input. None if they can't be counted.

    Args:
        layer: The layer that is called.
        arguments: The arguments of the call, as a node of a Keras model holds them.
    """
    import tensorflow as tf

    tensors = arguments.keras_tensors

    def call(*values: Any) -> Any:
        positional, named = arguments.fill_in({id(t): value for t, value in zip(tensors, values, strict=True)})
        return layer(*positional, **named)

    try:
        shapes = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in tensors]
        operations = tf.function(call).get_concrete_function(*shapes).graph.get_operations()
        counts = [_count(operation) for operation in operations]
    except Exception:  # A user's own code may raise anything, and shapes may be unknown.
        return None
    known_counts = [count for count in counts if count is not None]
    return sum(known_counts) if len(known_counts) == len(counts) else None


def _count(operation: Any) -> int | None:
    if operation.type in OPAQUE:
        return None
    rule = _RULES.get(operation.type)
    if rule is None:
        return None if "Conv" in operation.type else 0
    return rule(operation)


def _matrix_product(operation: Any) -> int:
    transposed = operation.get_attr("transpose_a" if operation.type == "MatMul" else "adj_x")
    inner_size: int = operation.inputs[0].shape[-2 if transposed else -1]
    return _size(operation.outputs[0]) * inner_size


def _convolution(operation: Any) -> int:
    return _size(operation.outputs[0]) * _product(operation.inputs[1].shape[:-1])


def _depthwise(operation: Any) -> int:
    return _size(operation.outputs[0]) * _product(operation.inputs[1].shape[:2])


def _einsum(operation: Any) -> int:
    """The product of the sizes of all letters: one multiply-add for each step of the nested loops."""
    letters = operation.get_attr("equation").decode().split("->")[0].split(",")
    sides: dict[str, int] = {}
    for names, tensor in zip(letters, operation.inputs, strict=True):
        sides |= dict(zip(names, tensor.shape, strict=True))
    return math.prod(sides.values()) if len(letters) > 1 else 0


def _size(tensor: Any) -> int:
    return _product(tensor.shape)


def _product(sides: Iterable[int]) -> int:
    return math.prod(sides)


_RULES: dict[str, Callable[[Any], int]] = {
    "MatMul": _matrix_product,
    **dict.fromkeys(("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), _matrix_product),
    **dict.fromkeys(("Conv2D", "Conv3D"), _convolution),
    "DepthwiseConv2dNative": _depthwise,
    "Einsum": _einsum,
}

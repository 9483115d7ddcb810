"""Multiply-adds of a Keras layer that no rule knows, read from the graph that TensorFlow makes of its call.

By the convention of `spaces.cost` only convolutions and matrix products have any. A graph in which something else may
hide one, such as a loop, is not counted.
"""

import math
from collections.abc import Callable

OPAQUE = frozenset(
    "Case EagerPyFunc FFT FFT2D FFT3D For IRFFT IRFFT2D If Map PartitionedCall PyFunc PyFuncStateless RFFT RFFT2D "
    "RemoteCall StatefulPartitionedCall StatelessCase StatelessIf StatelessWhile While XlaConvV2 XlaDotV2".split()
)
"""Operations that run others, or that multiply in ways of their own."""


def multiply_adds(layer, arguments) -> int | None:
    """Multiply-adds of one call for one input; None where they can't be told.

    Args:
        layer: What is called.
        arguments: With which, as the graph of a Keras model keeps them.
    """
    import tensorflow as tf

    tensors = arguments.keras_tensors

    def call(*values):
        positional, named = arguments.fill_in({id(t): value for t, value in zip(tensors, values, strict=True)})
        return layer(*positional, **named)

    try:
        shapes = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in tensors]
        operations = tf.function(call).get_concrete_function(*shapes).graph.get_operations()
        counts = [_count(operation) for operation in operations]
    except Exception:  # Somebody else's code, and shapes that may be unknown.
        return None
    return None if None in counts else sum(counts)


def _count(operation) -> int | None:
    if operation.type in OPAQUE:
        return None
    rule = _RULES.get(operation.type)
    if rule is None:
        return None if "Conv" in operation.type else 0
    return rule(operation)


def _matrix_product(operation) -> int:
    transposed = operation.get_attr("transpose_a" if operation.type == "MatMul" else "adj_x")
    return _size(operation.outputs[0]) * operation.inputs[0].shape[-2 if transposed else -1]


def _convolution(operation) -> int:
    return _size(operation.outputs[0]) * math.prod(operation.inputs[1].shape[:-1])


def _depthwise(operation) -> int:
    return _size(operation.outputs[0]) * math.prod(operation.inputs[1].shape[:2])


def _einsum(operation) -> int:
    """As many as there are places in the loops over all letters."""
    letters = operation.get_attr("equation").decode().split("->")[0].split(",")
    sides: dict[str, int] = {}
    for names, tensor in zip(letters, operation.inputs, strict=True):
        sides |= dict(zip(names, tensor.shape, strict=True))
    return math.prod(sides.values()) if len(letters) > 1 else 0


def _size(tensor) -> int:
    return math.prod(tensor.shape)


_RULES: dict[str, Callable] = {
    "MatMul": _matrix_product,
    **dict.fromkeys(("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), _matrix_product),
    **dict.fromkeys(("Conv2D", "Conv3D"), _convolution),
    "DepthwiseConv2dNative": _depthwise,
    "Einsum": _einsum,
}

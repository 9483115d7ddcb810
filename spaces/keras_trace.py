"""Multiply-adds of a layer that no rule covers, counted on the TensorFlow graph of its call.

As in `spaces.cost`, only convolutions and matrix products have multiply-adds. A graph with an operation that may hide
one, such as a loop, is not counted. Recurrent layers are unrolled first.
"""

import contextlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from spaces.eager_functions import functions_run_eagerly
from spaces.keras_graph import sublayers
from spaces.keras_types import KerasLayer, KerasTensor

UNCOUNTED = frozenset(
    "BandedTriangularSolve BatchCholesky BatchFFT BatchFFT2D BatchFFT3D BatchFunction BatchIFFT BatchIFFT2D "
    "BatchIFFT3D BatchMatrixDeterminant BatchMatrixInverse BatchMatrixSolve BatchMatrixTriangularSolve BatchSvd "
    "BlockLSTM BlockLSTMV2 Cholesky Conv Conv2DBackpropFilterV2 Conv2DBackpropInputV2 Conv3DBackpropFilter "
    "Conv3DBackpropInput CudnnRNN CudnnRNNV2 CudnnRNNV3 DepthwiseConv2dNativeBackpropFilter EagerPyFunc Eig FFT FFT2D "
    "FFT3D FFTND For FusedPadConv2D FusedResizeAndPadConv2D GRUBlockCell IFFT IFFT2D IFFT3D IFFTND IRFFT IRFFT2D "
    "IRFFT3D IRFFTND LSTMBlockCell LogMatrixDeterminant Lu Map MapDefun MatrixDeterminant MatrixExponential "
    "MatrixInverse MatrixLogarithm MatrixSolve MatrixSolveLs MatrixSquareRoot MatrixTriangularSolve PyFunc "
    "PyFuncStateless Qr QuantizedConv2D QuantizedDepthwiseConv2D QuantizedMatMul RFFT RFFT2D RFFT3D RFFTND RemoteCall "
    "SelfAdjointEig SelfAdjointEigV2 SparseMatMul SparseMatrixMatMul SparseMatrixSparseMatMul SparseTensorDenseMatMul "
    "StatelessWhile Svd SymbolicGradient TPUPartitionedCall TridiagonalMatMul TridiagonalSolve "
    "UniformQuantizedConvolution UniformQuantizedConvolutionHybrid UniformQuantizedDot UniformQuantizedDotHybrid "
    "While XlaConvV2 XlaDotV2".split()
)
"""Operations that run others an unknown number of times, or that multiply in another way than those with a rule."""


def trace(
    layer: KerasLayer, positional: Sequence[Any], named: Mapping[str, Any]
) -> tuple[int | None, list[KerasTensor]]:
    """Multiply-adds and outputs of one call of a layer in inference.

    Args:
        layer: The layer that is called.
        positional: The arguments of the call. Among them are `keras.KerasTensor`s of known shapes.
        named: Its other arguments.
    Returns:
        The multiply-adds, None if they can't be counted; and the outputs with the shapes that TensorFlow finds.
    Raises:
        Exception: Whatever the layer raises.
    """
    import keras
    import tensorflow as tf

    symbols = [value for value in keras.tree.flatten((positional, named)) if is_tensor(value)]

    def call(values: Sequence[Any]) -> list[Any]:
        tensors = {id(symbol): value for symbol, value in zip(symbols, values, strict=True)}
        arguments, options = keras.tree.map_structure(lambda a: tensors.get(id(a), a), (positional, named))
        outputs: list[Any] = keras.tree.flatten(layer(*arguments, **options))
        return outputs

    # Layers inside a layer that is called with training=False are called so as well.
    in_inference = keras.layers.Lambda(call, name="inference", autocast=False)
    specs = [tf.TensorSpec(symbol.shape, symbol.dtype) for symbol in symbols]
    function = tf.function(lambda values: in_inference(values, training=False), autograph=False)
    # A function may have a graph already, of a batch of unknown size.
    with _unrolled(layer), functions_run_eagerly():
        graph = function.get_concrete_function(specs).graph
    outputs = [keras.KerasTensor(tensor.shape, tensor.dtype.name) for tensor in graph.structured_outputs]
    return _total(graph), outputs


def is_tensor(value: Any) -> bool:
    """Whether an argument of a call is a symbolic tensor."""
    import keras

    return isinstance(value, keras.KerasTensor)


@contextlib.contextmanager
def _unrolled(layer: KerasLayer) -> Iterator[None]:
    """Recurrent layers inside run step by step without a loop, so that each step is counted."""
    import keras

    loops = [part for part in sublayers(layer) if isinstance(part, keras.layers.RNN) and not part.unroll]
    for part in loops:
        part.unroll = True
    try:
        yield
    finally:
        for part in loops:
            part.unroll = False


def _total(graph: Any) -> int | None:
    counts = [_count(operation) for operation in _executed(graph)]
    known_counts = [count for count in counts if count is not None]
    return sum(known_counts) if len(known_counts) == len(counts) else None


def _executed(graph: Any) -> Iterator[Any]:
    """The operations of a function that its outputs need. TensorFlow leaves out the others."""
    unvisited = [*(tensor.op for tensor in graph.outputs), *graph.control_outputs]
    visited = set()
    while unvisited:
        operation = unvisited.pop()
        if operation.name not in visited:
            visited.add(operation.name)
            unvisited += [*(tensor.op for tensor in operation.inputs), *operation.control_inputs]
            yield operation


def _count(operation: Any) -> int | None:
    import tensorflow as tf

    if operation.type in UNCOUNTED or not hasattr(tf.raw_ops, operation.type):
        return None
    if operation.type in _BODIES:
        return _called(operation)
    try:
        return _RULES[operation.type](operation) if operation.type in _RULES else 0
    except (TypeError, ValueError):  # TensorFlow does not know a shape.
        return None


def _called(operation: Any) -> int | None:
    """What the function costs that an operation calls. If it calls one of several, they must cost the same."""
    functions = [operation.get_attr(name) for name in _BODIES[operation.type]]
    functions = functions[0] if isinstance(functions[0], list) else functions
    counts = {_total(operation.graph._get_function(function.name).graph) for function in functions}
    return counts.pop() if len(counts) == 1 else None


def _matrix_product(operation: Any) -> int:
    transposed = operation.get_attr("transpose_a" if operation.type == "MatMul" else "adj_x")
    inner_size: int = operation.inputs[0].shape[-2 if transposed else -1]
    return _size(operation.outputs[0]) * inner_size


def _convolution(operation: Any) -> int:
    _, output = _whole(operation, operation.inputs[0])
    return _size(output) * _product(operation.inputs[1].shape[:-1])


def _depthwise(operation: Any) -> int:
    _, output = _whole(operation, operation.inputs[0])
    return _size(output) * _product(operation.inputs[1].shape[:2])


def _transposed(operation: Any) -> int:
    """Each input value meets the window of each filter."""
    values, _ = _whole(operation, operation.inputs[2])
    return _size(values) * _product(operation.inputs[1].shape[:-1])


def _transposed_depthwise(operation: Any) -> int:
    values, _ = _whole(operation, operation.inputs[2])
    return _size(values) * _product(operation.inputs[1].shape[:2])


def _weight_gradient(operation: Any) -> int:
    """Each value of the gradient meets the window of its filter once more."""
    return _size(operation.inputs[2]) * _product(operation.outputs[0].shape[:-1])


def _whole(operation: Any, values: Any) -> tuple[Any, Any]:
    """Input and output of a convolution.

    TensorFlow divides a dilated convolution into several without dilation, and pads them to one size. Their padding is
    not counted.
    """
    before, after = values.op, operation
    while before.type in ("ExpandDims", "Identity"):
        before = before.inputs[0].op
    while after.type != "BatchToSpaceND" and len(consumers := after.outputs[0].consumers()) == 1:
        (after,) = consumers
    if before.type == "SpaceToBatchND" and after.type == "BatchToSpaceND":
        return before.inputs[0], after.outputs[0]
    return values, operation.outputs[0]


def _einsum(operation: Any) -> int:
    """The product of the sizes of all letters: one multiply-add for each step of the nested loops."""
    terms = operation.get_attr("equation").decode().split("->")[0].split(",")
    sides: dict[str | int, int] = {}
    for term, tensor in zip(terms, operation.inputs, strict=True):
        for axis, side in zip(_axes(term, rank=len(tensor.shape)), tensor.shape, strict=True):
            sides[axis] = max(side, sides.get(axis, 1))
    return math.prod(sides.values()) if len(terms) > 1 else 0


def _axes(term: str, *, rank: int) -> list[str | int]:
    """Names of the axes of one operand. Those that `...` stands for have numbers, which end in -1."""
    first, _, last = term.partition("...")
    return [*first, *range(len(first) + len(last) - rank, 0), *last]


def _size(tensor: Any) -> int:
    return _product(tensor.shape)


def _product(sides: Iterable[int]) -> int:
    return math.prod(sides)


_RULES: dict[str, Callable[[Any], int]] = {
    "MatMul": _matrix_product,
    **dict.fromkeys(("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), _matrix_product),
    **dict.fromkeys(("Conv2D", "Conv3D"), _convolution),
    "DepthwiseConv2dNative": _depthwise,
    **dict.fromkeys(("Conv2DBackpropInput", "Conv3DBackpropInputV2"), _transposed),
    "DepthwiseConv2dNativeBackpropInput": _transposed_depthwise,
    **dict.fromkeys(("Conv2DBackpropFilter", "Conv3DBackpropFilterV2"), _weight_gradient),
    "Einsum": _einsum,
}

_BODIES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("PartitionedCall", "StatefulPartitionedCall"), ("f",)),
    **dict.fromkeys(("If", "StatelessIf"), ("then_branch", "else_branch")),
    **dict.fromkeys(("Case", "StatelessCase"), ("branches",)),
}
"""Operations that run a function, and the attributes that name it."""

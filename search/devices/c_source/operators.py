"""The operators of TensorFlow Lite Micro, by the names with which a firmware registers them."""

from collections.abc import Sequence

METHODS = (
    "Abs Add AddN ArgMax ArgMin AssignVariable AveragePool2D BatchMatMul BatchToSpaceNd BroadcastArgs BroadcastTo "
    "CallOnce Cast Ceil Concatenation Conv2D Cos CumSum DepthToSpace DepthwiseConv2D Dequantize Div DynamicUpdateSlice "
    "Elu EmbeddingLookup Equal Exp ExpandDims Fill Floor FloorDiv FloorMod FullyConnected Gather GatherNd Greater "
    "GreaterEqual HardSwish If L2Normalization L2Pool2D LeakyRelu Less LessEqual Log LogSoftmax LogicalAnd LogicalNot "
    "LogicalOr Logistic MaxPool2D Maximum Mean Minimum MirrorPad Mul Neg NotEqual Pack Pad PadV2 Prelu Quantize "
    "ReadVariable ReduceAll ReduceMax ReduceMin Relu Relu6 Reshape ResizeBilinear ResizeNearestNeighbor ReverseV2 "
    "Round Rsqrt SelectV2 Shape Sin Slice Softmax SpaceToBatchNd SpaceToDepth Split SplitV Sqrt Square "
    "SquaredDifference Squeeze StridedSlice Sub Sum Svdf Tanh Transpose TransposeConv UnidirectionalSequenceLSTM "
    "Unpack VarHandle While ZerosLike"
).split()
"""Methods of `tflite::MicroMutableOpResolver` without their `Add`, as of August 2026."""

_METHOD_OF = {method.lower(): f"Add{method}" for method in METHODS}


def registrations(operators: Sequence[str]) -> dict[str, str]:
    """The method that registers each operator.

    Args:
        operators: Names as a `.tflite` file has them, such as CONV_2D.
    Raises:
        ValueError: If TensorFlow Lite Micro lacks one.
    """
    methods = {name: _METHOD_OF.get(name.replace("_", "").lower()) for name in operators}
    if missing := [name for name, method in methods.items() if method is None]:
        raise ValueError(f"TensorFlow Lite Micro has no operator {' and no '.join(missing)}")
    return {name: method for name, method in methods.items() if method is not None}

"""Multiply-adds of a model's whole graph for a batch of one, by TensorFlow's own profiler.

Convolutions in groups are missing: TensorFlow compiles them on a CPU, so they are no part of the graph.
"""

import math

import tensorflow as tf
from tensorflow.python.framework import convert_to_constants
from tensorflow.python.framework.ops import get_stats_for_node_def

PROFILED = {"MatMul", "BatchMatMulV2", "BatchMatMulV3", "Conv2D", "Conv3D", "DepthwiseConv2dNative"}


def multiply_adds(model):
    """Multiply-adds of all convolutions and matrix products of a model, with all its functions inlined."""
    specs = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in model.inputs]

    def run(*values):
        return model(list(values) if len(values) > 1 else values[0], training=False)

    function = tf.function(run, autograph=False).get_concrete_function(*specs)
    frozen = convert_to_constants.convert_variables_to_constants_v2(
        function, lower_control_flow=False, aggressive_inlining=True
    )
    return sum(_count(frozen.graph, operation) for operation in frozen.graph.get_operations())


def _count(graph, operation):
    if operation.type in PROFILED:
        return get_stats_for_node_def(graph, operation.node_def, "flops").value // 2
    if operation.type == "Einsum":
        letters = "".join(operation.get_attr("equation").decode().split("->")[0].split(","))
        sides = [side for tensor in operation.inputs for side in tensor.shape]
        return math.prod(dict(zip(letters, sides, strict=True)).values()) if len(operation.inputs) > 1 else 0
    if operation.type in ("Conv2DBackpropInput", "Conv3DBackpropInputV2"):
        return math.prod(operation.inputs[2].shape) * math.prod(operation.inputs[1].shape[:-1])
    return 0

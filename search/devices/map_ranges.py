"""The ranges of feature maps by which a network is quantised, widened where a map is all but constant."""

import math
from typing import Any

import numpy as np

from search.devices.tflite_schema import graphs, packed, unpacked

MAP_STEPS = 255
"""Steps of an 8-bit map."""

WEIGHT_STEPS = 127
"""Steps of an 8-bit weight on each side of zero."""

FINEST = 1 / 64
"""The finest step of a map, in steps of the sums that it is computed from."""

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV", "BATCH_MATMUL", "MUL")
"""Operators whose sums are of products of two inputs."""


def widened(calibrated: bytes) -> bytes:
    """A calibrated file in which no map has finer steps than `FINEST` allows.

    A unit that is 0 on all images of the calibration leaves a map without a range. Its steps would be so fine that
    interpreters refuse the file: the factor from steps of sums to steps of the map must be less than 256 for XNNPACK,
    by which LiteRT runs a file on phones and computers, and less than 128 for the kernels of hard swish. Steps finer
    than those of the sums hold hardly anything, so all other maps stay as they are.

    Args:
        calibrated: Content of a float32 `.tflite` file with the range of each feature map.
    """
    model = unpacked(calibrated)
    for graph, named in graphs(model):
        for kind, operator in named:  # Each comes after those whose maps it reads.
            steps = [step for index in operator.inputs if (step := _step(model, graph.tensors[index]))]
            of_sums = math.prod(steps[:2]) if kind in WEIGHTED else max(steps, default=0.0)
            for index in operator.outputs:
                _widen(graph.tensors[index].quantization, least=MAP_STEPS * FINEST * of_sums)
    return packed(model)


def _step(model: Any, tensor: Any) -> float:
    """The step by which a map or weights will be quantised, at its largest over channels; 0 for what never is."""
    from tensorflow.lite.python import schema_py_generated as schema

    weights = model.buffers[tensor.buffer].data
    if weights is None:
        ranges = tensor.quantization
        return 0.0 if ranges is None or ranges.max is None else float(ranges.max[0] - ranges.min[0]) / MAP_STEPS
    if tensor.type != schema.TensorType.FLOAT32:
        return 0.0
    return float(np.abs(np.frombuffer(weights, np.float32)).max()) / WEIGHT_STEPS


def _widen(ranges: Any, *, least: float) -> None:
    """Raise the upper end where the range is less."""
    if ranges is not None and ranges.max is not None and ranges.max[0] - ranges.min[0] < least:
        ranges.max = ranges.min + np.float32(least)

"""The real int8 file of a network, as the exports write it, and the operators in it."""

import keras
import numpy as np

from search.devices.int8_file import int8_bytes
from search.devices.printed import output_caught
from spaces.architecture import Architecture
from spaces.int8.operators import Constant, Operator

BYTES_PER_VALUE = {0: 4, 2: 4, 9: 1}  # TensorType FLOAT32, INT32, INT8
ACTIVATIONS = {0: "linear", 1: "relu", 3: "relu6"}  # ActivationFunctionType


def int8_file(architecture: Architecture, *, seed: int = 0) -> bytes:
    """The file of a network whose biases and BatchNorms are random, as after a training. Fresh ones are left out."""
    keras.utils.set_random_seed(seed)
    model, random = architecture.build(), np.random.default_rng(seed)
    for weight in model.weights:
        if len(weight.shape) == 1:
            weight.assign(weight + random.uniform(0.01, 0.3, weight.shape))
    images = random.integers(0, 256, (16, *architecture.input_shape), dtype=np.uint8)
    with output_caught():
        return int8_bytes(model, images)


def operators(file: bytes) -> list[Operator]:
    """The operators of a file, in its order. All constants count as having values other than zero."""
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(file)
    (graph,) = model.subgraphs
    names = {code: name for name, code in vars(schema.BuiltinOperator).items() if isinstance(code, int)}
    given = {int(graph.inputs[0]): 0}  # Tensor to the number of the operator that gives it; the image comes first.
    rows = []
    for number, operator in enumerate(graph.operators, start=1):
        (output,) = operator.outputs
        inputs = [int(tensor) for tensor in operator.inputs]
        code = model.operatorCodes[operator.opcodeIndex]
        shape = tuple(graph.tensors[output].shape.tolist())
        rows.append(
            Operator(
                names[max(code.builtinCode, code.deprecatedBuiltinCode)],
                shape[1:] if len(shape) > 1 else shape,
                tuple(number - given[tensor] for tensor in inputs if tensor in given),
                tuple(_constant(graph.tensors[tensor]) for tensor in inputs if tensor not in given),
                ACTIVATIONS[getattr(operator.builtinOptions, "fusedActivationFunction", 0)],
                BYTES_PER_VALUE[graph.tensors[output].type],
            )
        )
        given[int(output)] = number
    return rows


def _constant(tensor) -> Constant:
    scales = 0 if tensor.quantization is None or tensor.quantization.scale is None else len(tensor.quantization.scale)
    return Constant(tuple(tensor.shape.tolist()), BYTES_PER_VALUE[tensor.type], scales)

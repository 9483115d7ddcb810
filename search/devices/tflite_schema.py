"""A `.tflite` file as Python objects, by TensorFlow's schema, and back."""

from typing import Any

import numpy as np

ALIGNMENT = 16
"""Weights begin at multiples of so many bytes, as the format asks."""

FILE_IDENTIFIER = b"TFL3"


def unpacked(file: bytes) -> Any:
    """The content of a file: a `ModelT` of the schema."""
    from tensorflow.lite.python import schema_py_generated as schema

    return schema.ModelT.InitFromPackedBuf(file)


def packed(model: Any) -> bytes:
    """The file of such a content."""
    builder = _compact_builder()
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def graphs(model: Any) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """The graphs of an unpacked file, each with its operators in order and the name of their kind."""
    from tensorflow.lite.python import schema_py_generated as schema

    name_of = {code: name for name, code in vars(schema.BuiltinOperator).items() if isinstance(code, int)}
    names = [name_of[max(code.builtinCode, code.deprecatedBuiltinCode)] for code in model.operatorCodes]
    return [
        (graph, [(names[operator.opcodeIndex], operator) for operator in graph.operators]) for graph in model.subgraphs
    ]


def operators(file: bytes) -> tuple[str, ...]:
    """Names of the operators that a file uses, in the order of their first use."""
    return tuple(dict.fromkeys(name for _, named in graphs(unpacked(file)) for name, _ in named))


def _compact_builder():
    """A builder of flatbuffers that writes equal arrays once, such as the zero points of all channels."""
    import flatbuffers

    class CompactBuilder(flatbuffers.Builder):
        def __init__(self) -> None:
            super().__init__()
            self._offsets: dict[tuple[str, bytes], int] = {}

        def CreateNumpyVector(self, array: np.ndarray) -> int:
            key = array.dtype.str, array.tobytes()
            if key not in self._offsets:
                self._offsets[key] = super().CreateNumpyVector(array)
            return self._offsets[key]

        def StartVector(self, size: int, count: int, alignment: int) -> int:
            return super().StartVector(size, count, ALIGNMENT if size == 1 else alignment)

    return CompactBuilder()

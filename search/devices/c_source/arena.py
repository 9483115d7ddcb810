"""The arena that a firmware reserves for TensorFlow Lite Micro: measured, or estimated where it is not installed."""

import math
from dataclasses import dataclass

from search.devices import micro

ALIGNMENT = 16
"""Each feature map takes a multiple of so many bytes."""

BYTES_OF_INTERPRETER, BYTES_A_TENSOR, BYTES_AN_OPERATOR, BYTES_A_CHANNEL = 1_600, 24, 320, 8
"""An upper estimate of the structures on a 64-bit computer. A channel of a convolution has a multiplier and a shift."""

SCRATCH_BYTES = {"CONV_2D": 4, "DEPTHWISE_CONV_2D": 2}
"""What CMSIS-NN asks for, for a weight of an output. It copies the inputs of one or two outputs as 16-bit numbers."""


@dataclass(frozen=True)
class ReservedArena:
    """What a firmware reserves, in bytes.

    Attributes:
        tensors: For feature maps.
        persistent: For the interpreter's structures on a 64-bit computer. On a 32-bit device they are smaller.
        scratch: For the optimised kernels of a device. The reference kernels need none.
        measured: Whether the first two were measured.
    """

    tensors: int
    persistent: int
    scratch: int
    measured: bool

    @property
    def total(self) -> int:
        """All together, a multiple of 16."""
        return _aligned(self.tensors + self.persistent + self.scratch)

    def words(self) -> str:
        """What it consists of, in a sentence."""
        origin = "as measured" if self.measured else "as estimated"
        return (
            f"{self.tensors:,} bytes for feature maps, {self.persistent:,} bytes for the interpreter's structures, "
            f"both {origin} on a 64-bit computer, and {self.scratch:,} bytes for optimised kernels such as CMSIS-NN's"
        )


def reserved_arena(file: bytes) -> ReservedArena:
    """The arena for an int8 `.tflite` file."""
    graph = _Graph(file)
    if not micro.is_installed():
        return ReservedArena(graph.tensor_bytes(), graph.persistent_bytes(), graph.scratch_bytes(), measured=False)
    arena = micro.arena(file)
    return ReservedArena(arena.tensors, arena.persistent, graph.scratch_bytes(), measured=True)


class _Graph:
    """The operators and tensors of a file with one graph."""

    def __init__(self, file: bytes) -> None:
        from tensorflow.lite.python import schema_py_generated as schema

        model = schema.ModelT.InitFromPackedBuf(file, 0)
        name_of = {code: name for name, code in vars(schema.BuiltinOperator).items()}
        names = [name_of[max(code.builtinCode, code.deprecatedBuiltinCode)] for code in model.operatorCodes]
        self._graph = model.subgraphs[0]
        self._operators = [(names[operator.opcodeIndex], operator) for operator in self._graph.operators]
        self._constants = {
            index for index, tensor in enumerate(self._graph.tensors) if model.buffers[tensor.buffer].data is not None
        }

    def tensor_bytes(self) -> int:
        """The most bytes of feature maps that are needed at the same time, in the order of the file."""
        first = dict.fromkeys(self._graph.inputs, 0)
        last: dict[int, int] = {}
        for step, (_, operator) in enumerate(self._operators):
            for index in operator.outputs:
                first.setdefault(index, step)
            last |= dict.fromkeys([*operator.inputs, *operator.outputs], step)
        size = {index: _aligned(math.prod(self._graph.tensors[index].shape)) for index in first}
        return max(
            sum(size[index] for index in first if first[index] <= step <= last[index])
            for step in range(len(self._operators))
        )

    def persistent_bytes(self) -> int:
        """An upper estimate of the interpreter's structures on a 64-bit computer."""
        channels = sum(
            len(self._graph.tensors[operator.inputs[1]].quantization.scale)
            for name, operator in self._operators
            if name in SCRATCH_BYTES
        )
        return (
            BYTES_OF_INTERPRETER
            + BYTES_A_TENSOR * len(self._graph.tensors)
            + BYTES_AN_OPERATOR * len(self._operators)
            + BYTES_A_CHANNEL * channels
        )

    def scratch_bytes(self) -> int:
        """An upper bound of what CMSIS-NN asks for, at its largest convolution."""
        return max(
            (
                SCRATCH_BYTES[name] * math.prod(self._graph.tensors[operator.inputs[1]].shape[1:])
                for name, operator in self._operators
                if name in SCRATCH_BYTES
            ),
            default=0,
        )


def _aligned(size: int) -> int:
    return math.ceil(size / ALIGNMENT) * ALIGNMENT

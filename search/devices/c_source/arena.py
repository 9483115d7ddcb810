"""The arena that a firmware reserves for TensorFlow Lite Micro: measured, or estimated where it is not installed."""

import math
from dataclasses import dataclass

from search.devices import micro
from search.devices.tflite_schema import graphs, unpacked
from spaces.int8.ram import aligned, arena_bytes

BYTES_OF_INTERPRETER, BYTES_A_TENSOR, BYTES_AN_OPERATOR, BYTES_A_CHANNEL = 1_600, 24, 320, 8
"""An upper estimate of persistent buffers on a 64-bit computer. A convolution has two numbers for each channel."""

PLANNING_BYTES, PLANNING_BYTES_A_TENSOR, PLANNING_BYTES_A_MAP = 300, 40, 48
"""An upper estimate of what the interpreter notes at the start, while it plans where tensors lie. It notes this in
their space, so that only a tiny network needs more: there a smaller arena is refused, or ends the process."""

SCRATCH_BYTES = {"CONV_2D": 4, "DEPTHWISE_CONV_2D": 2}
"""What CMSIS-NN asks for, for a weight of an output. It copies the inputs of one or two outputs as 16-bit numbers."""


@dataclass(frozen=True)
class ReservedArena:
    """What a firmware reserves, in bytes.

    Attributes:
        tensors: For feature maps, input and output among them.
        persistent: For the interpreter's persistent buffers on a 64-bit computer. On a 32-bit device they are smaller.
        planning: What the interpreter needs beyond `tensors` while it plans where they lie.
        scratch: For the optimised kernels of a device. The reference kernels need none.
        measured: Whether the first two were measured.
    """

    tensors: int
    persistent: int
    planning: int
    scratch: int
    measured: bool

    @property
    def total(self) -> int:
        """All together, a multiple of 16."""
        return aligned(self.tensors + self.persistent + self.planning + self.scratch)


def reserved_arena(file: bytes) -> ReservedArena:
    """The arena for an int8 `.tflite` file."""
    graph = _Graph(file)
    if measured := micro.is_installed():
        arena = micro.arena(file)
        tensors, persistent = arena.tensors, arena.persistent
    else:
        tensors, persistent = graph.tensor_bytes(), graph.persistent_bytes()
    planning = max(0, graph.planning_bytes() - tensors)
    return ReservedArena(tensors, persistent, planning, graph.scratch_bytes(), measured)


class _Graph:
    """The operators and tensors of a file with one graph."""

    def __init__(self, file: bytes) -> None:
        [(self._graph, self._operators)] = graphs(unpacked(file))

    def tensor_bytes(self) -> int:
        """As the interpreter plans the feature maps, without the scratch of its kernels."""
        first = dict.fromkeys(self._graph.inputs, 0)
        last: dict[int, int] = {}
        for step, (_, operator) in enumerate(self._operators):
            for index in operator.outputs:
                first.setdefault(index, step)
            last |= dict.fromkeys([*operator.inputs, *operator.outputs], step)
        size = {index: aligned(_length(self._graph.tensors[index].shape)) for index in first}
        return arena_bytes((size[index], index, first[index], last[index]) for index in first)

    def persistent_bytes(self) -> int:
        """An upper estimate of the interpreter's persistent buffers on a 64-bit computer."""
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

    def planning_bytes(self) -> int:
        """An upper estimate of what the interpreter needs while it plans where tensors lie."""
        maps = len(self._graph.inputs) + sum(len(operator.outputs) for _, operator in self._operators)
        return PLANNING_BYTES + PLANNING_BYTES_A_TENSOR * len(self._graph.tensors) + PLANNING_BYTES_A_MAP * maps

    def scratch_bytes(self) -> int:
        """An upper bound of what CMSIS-NN asks for, at its largest convolution."""
        return max(
            (
                SCRATCH_BYTES[name] * _length(self._graph.tensors[operator.inputs[1]].shape[1:])
                for name, operator in self._operators
                if name in SCRATCH_BYTES
            ),
            default=0,
        )


def _length(shape) -> int:
    return math.prod(map(int, shape))

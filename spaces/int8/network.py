"""The int8 form of a whole network, put together from that of its blocks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from spaces.int8 import flash, ram
from spaces.int8.operators import Operator
from spaces.shapes import Shape


class Part(NamedTuple):
    """What the RAM and the flash of a network need to know of one block or head.

    Attributes:
        sizes: Aligned bytes of the tensor that each operator gives.
        far_reads: Operators that read a tensor other than the last one: the number of the operator, and by how many
            operators the tensor was given before.
        scratch: Kernels that need memory while they run: the number of the operator, and the aligned bytes.
        content: What its operators add to the file.
        activation: The one that is part of its last operator.
    """

    sizes: tuple[int, ...]
    far_reads: tuple[tuple[int, int], ...]
    scratch: tuple[tuple[int, int], ...]
    content: flash.Content
    activation: str


def part_of(rows: Iterable[Operator]) -> Part:
    """The part of a network that consists of these operators."""
    rows = tuple(rows)
    sizes = tuple([ram.aligned(row.output_bytes) for row in rows])
    far_reads = tuple([(number, read) for number, row in enumerate(rows) for read in row.reads if read > 1])
    scratch = tuple([(number, ram.aligned(row.scratch_bytes)) for number, row in enumerate(rows) if row.scratch_bytes])
    return Part(sizes, far_reads, scratch, flash.content(rows), rows[-1].activation if rows else "linear")


@dataclass(frozen=True)
class Int8Network:
    """The int8 file of a network, with one image as its input.

    Attributes:
        input_shape: (height, width, channels).
        parts: Of its blocks and its head, in the file's order.
    """

    input_shape: Shape
    parts: tuple[Part, ...]

    @cached_property
    def ram_bytes(self) -> int:
        """RAM that TensorFlow Lite Micro's interpreter needs for tensors: the head of its arena."""
        sizes = [ram.aligned(math.prod(self.input_shape))]  # The image, and then what each operator gives.
        far_reads: list[tuple[int, int]] = []
        scratch: list[tuple[int, int]] = []
        for sizes_of_part, far_reads_of_part, scratch_of_part, *_ in self.parts:
            start = len(sizes)
            far_reads += [(start + number, read) for number, read in far_reads_of_part]
            scratch += [(start + number, size) for number, size in scratch_of_part]
            sizes += sizes_of_part
        operators = range(len(sizes))
        last = list(range(1, len(sizes) + 1))
        for number, read in far_reads:
            last[number - read] = number
        tensors = zip(sizes, operators, operators, last, strict=True)
        kernels = [(size, len(sizes) + index, number, number) for index, (number, size) in enumerate(scratch)]
        return ram.arena_bytes([*tensors, *kernels])

    @cached_property
    def flash_bytes(self) -> int:
        """Size of the file."""
        return flash.file_bytes([part.content for part in self.parts])

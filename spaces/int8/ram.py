"""RAM for tensors: what TensorFlow Lite Micro's interpreter reserves for the feature maps of a network.

While an operator runs, its inputs, its output and all tensors that a later operator reads are in RAM. Constants stay in
flash. The interpreter assigns each tensor its place once, before the first image. So the RAM can be more than the most
bytes that are held at once: a free gap may be too small for the next tensor.

This is a part of the interpreter's arena, the one that it reports as its head. The tail holds its own records.
"""

from collections.abc import Iterable
from itertools import chain

ALIGNMENT = 16
"""Each tensor begins at a multiple of so many bytes."""


def aligned(size: int) -> int:
    """Bytes that a tensor of `size` bytes takes."""
    return -(-size // ALIGNMENT) * ALIGNMENT


def arena_bytes(buffers: Iterable[tuple[int, int, int, int]]) -> int:
    """Bytes of the interpreter's memory plan, exactly as TensorFlow Lite Micro's `GreedyMemoryPlanner` makes it.

    The largest tensor is placed first, of equal ones the later. Each gets the lowest free gap that it fits into.

    Args:
        buffers: Of each its aligned bytes; its number, of which no other has the same; and the first and last operator
            between which it holds something.
    References:
        Pisarchyk, Lee (2020), Efficient memory management for deep neural net inference, arXiv:2001.03288.
    """
    buffers = sorted(buffers, reverse=True)
    operators = 1 + max([last for _, _, _, last in buffers], default=0)
    placed: list[list[tuple[int, int]]] = [[] for _ in range(operators)]  # For each operator: places in use.
    total = 0
    for size, _, first, last in buffers:
        times = placed[first : last + 1]
        begin = 0
        for other_begin, other_end in sorted(chain.from_iterable(times)):
            if other_begin - begin >= size:
                break
            if other_end > begin:
                begin = other_end
        end = begin + size
        for time in times:
            time.append((begin, end))
        if end > total:
            total = end
    return total

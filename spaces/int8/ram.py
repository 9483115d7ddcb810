"""RAM for tensors: what TensorFlow Lite Micro's interpreter reserves for the feature maps of a network.

While an operator runs, its inputs, its output and all tensors that a later operator reads are in RAM. Constants stay in
flash. The interpreter assigns each tensor its place once, before the first image. So the RAM can be more than the most
bytes that are held at once: a free gap may be too small for the next tensor.

This is a part of the interpreter's arena, the one that it reports as its head. The tail holds its own records.
"""

from collections.abc import Sequence

ALIGNMENT = 16
"""Each tensor begins at a multiple of so many bytes."""


def aligned(size: int) -> int:
    """Bytes that a tensor of `size` bytes takes."""
    return -(-size // ALIGNMENT) * ALIGNMENT


def arena_bytes(sizes: Sequence[int], last_reads: Sequence[int]) -> int:
    """Bytes of the interpreter's memory plan, exactly as TensorFlow Lite Micro's `GreedyMemoryPlanner` makes it.

    The largest tensor is placed first, of equal ones the later. Each gets the lowest free gap that it fits into.

    Args:
        sizes: Aligned bytes of each tensor, in the order in which they are given. The first one is the image.
        last_reads: For each tensor the index of the last one that is made from it.
    References:
        Pisarchyk, Lee (2020), Efficient memory management for deep neural net inference, arXiv:2001.03288.
    """
    placed: list[list[tuple[int, int]]] = [[] for _ in range(len(sizes) + 1)]  # By time: first and last byte of each.
    total = 0
    for size, given in sorted(zip(sizes, range(len(sizes)), strict=True), reverse=True):
        times = placed[given : last_reads[given] + 1]
        begin = 0
        for other_begin, other_end in sorted([place for time in times for place in time]):
            if other_begin - begin >= size:
                break
            if other_end > begin:
                begin = other_end
        place = (begin, begin + size)
        for time in times:
            time.append(place)
        if place[1] > total:
            total = place[1]
    return total

"""The size of an int8 file."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spaces.int8.operators import Operator
from spaces.shapes import Shape


class Content(NamedTuple):
    """What some operators add to a file.

    Attributes:
        own_bytes: Theirs alone.
        shared: What the file holds once, however many operators need it: its description, and its bytes.
    """

    own_bytes: int
    shared: frozenset[tuple[object, int]]


def content(rows: Iterable[Operator]) -> Content:
    """What these operators add to a file."""
    own = 0
    for row in rows:
        own += 300
        for constant in row.constants:
            own += math.prod(constant.shape) * constant.bytes_per_value + 12 * constant.scales
    return Content(own, frozenset())


def file_bytes(input_shape: Shape, contents: Sequence[Content]) -> int:
    """Bytes of the file of a network."""
    shared = frozenset().union(*[content.shared for content in contents])
    return 2000 + sum([content.own_bytes for content in contents]) + sum([size for _, size in shared])

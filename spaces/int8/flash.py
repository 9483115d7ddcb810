"""Flash: the size of an int8 file in the format of TensorFlow Lite, a flatbuffer.

It holds the constants, a description of each tensor (shape, quantisation, buffer) and of each operator (inputs, output,
options), and little besides. Arrays with equal content are in the file once, such as the zero points of all layers with
one number of channels. Names and notes of the converter are not in it.

The formula follows the schema of the format. It counts no padding between tables, so it is some bytes off.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spaces.int8.operators import Constant, Operator
from spaces.shapes import Shape

ENTRY = 4
"""Bytes of a position in the file, or of a length."""

TENSOR = 24 + ENTRY
"""A tensor's table, and its position in the list of tensors."""

QUANTISATION = 12
"""The table of a tensor's scales and zero points."""

EMPTY_BUFFER = 4 + ENTRY
"""Each tensor without constant values has one."""

OPERATOR = 16 + ENTRY
"""The table of an operator without options, and its position."""

OPTIONS = {
    "CONV_2D": 16,
    "DEPTHWISE_CONV_2D": 16,
    "FULLY_CONNECTED": 4,
    "ADD": 4,
    "MUL": 4,
    "MEAN": 4,
    "MAX_POOL_2D": 24,
    "RESIZE_BILINEAR": 8,
    "SOFTMAX": 8,
}
"""The tables of options. Those that have their default take no place."""

KIND = 44 + ENTRY
"""Each kind of operator is listed once, and the form of its options is described once."""

FRAME = 540
"""The header, the inputs and outputs, the signature, and the form of each kind of table."""

SAME_QUANTISATION = ("MAX_POOL_2D", "RESHAPE")
"""Their output has the scale and the zero point of their input."""

ZERO_POINT = 8
"""A zero point has 12 bytes, but about a third of the tensors have the same one as another."""

KNOWN_RANGE = ("LOGISTIC", "SOFTMAX")
"""All their outputs have one scale and one zero point."""

ALIGNMENT = 16
"""Constant values begin at a multiple of so many bytes."""


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
    own_bytes, shared = 0, set[tuple[object, int]]()
    for row in rows:
        own_bytes += _operator(row) + TENSOR + EMPTY_BUFFER
        shared |= {(row.kind, KIND), _shape(row.output)}
        if row.bytes_per_value == 1:
            own_bytes += QUANTISATION + _own_quantisation(row)
        for constant in row.constants:
            own_bytes += _constant(constant, shared)
    return Content(own_bytes, frozenset(shared))


def file_bytes(contents: Sequence[Content]) -> int:
    """Bytes of the file of a network."""
    shared: frozenset[tuple[object, int]] = frozenset().union(*[content.shared for content in contents])
    return FRAME + sum([content.own_bytes for content in contents]) + sum([size for _, size in shared])


def _operator(row: Operator) -> int:
    options = OPTIONS.get(row.kind)
    inputs = len(row.reads) + len(row.constants)
    # A list of one input is in the file already, as the list of outputs of the operator that gave it.
    return OPERATOR + (_array(inputs, 4) if inputs > 1 else 0) + _array(1, 4) + (8 + options if options else 0)


def _own_quantisation(row: Operator) -> int:
    """The scale and the zero point of what an operator gives, if no other tensor has the same."""
    if row.kind in SAME_QUANTISATION or row.kind in KNOWN_RANGE:
        return 0
    begins_at_zero = row.activation != "linear"  # The zero point is then the lowest number, -128.
    return _array(1, 4) + (0 if begins_at_zero else ZERO_POINT)


def _constant(constant: Constant, shared: set[tuple[object, int]]) -> int:
    """A constant's own bytes; adds to `shared` what it shares."""
    values = math.prod(constant.shape) * constant.bytes_per_value
    buffer = ENTRY + -(-(values + 12) // ALIGNMENT) * ALIGNMENT
    shared.add(_shape(constant.shape))
    if not constant.scales:
        shared.add((constant, TENSOR + buffer))
        return 0
    shared.add((("zero points", constant.scales), _array(constant.scales, 8)))
    own_bytes = TENSOR + QUANTISATION + _array(constant.scales, 4)
    if constant.is_zero:
        shared.add((("zeros", values), buffer))
        return own_bytes
    return own_bytes + buffer


def _shape(shape: Shape) -> tuple[object, int]:
    return (("shape", shape), _array(len(shape) + 1, 4))


def _array(length: int, bytes_per_value: int) -> int:
    return ENTRY + length * bytes_per_value

"""Values as C99 and C++11 write them, and an array read back."""

import re
from collections.abc import Iterator

import numpy as np

BYTES_A_LINE = 12
"""As `xxd -i` writes them."""

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\?')
"""Characters that stand for themselves in a string. Two question marks would begin a trigraph."""


def string_literal(text: str) -> str:
    """A string that holds the text as UTF-8. Surrogates, which stand for bytes in file names, become those bytes again.

    An octal escape has three digits at most, so that a digit after it is never part of it.
    """
    content = text.encode("utf-8", "surrogateescape")
    return '"' + "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in content) + '"'


def float_literal(value: float) -> str:
    """The shortest constant that is exactly this float."""
    return f"{np.float32(value)!s}f"


def byte_lines(content: bytes) -> Iterator[str]:
    """The lines between the braces of an array."""
    for start in range(0, len(content), BYTES_A_LINE):
        yield "  " + " ".join(f"0x{byte:02x}," for byte in content[start : start + BYTES_A_LINE])


def array_content(source: str, name: str) -> bytes:
    """The content of an array that `byte_lines` wrote.

    Args:
        source: A C source with one definition of the array.
        name: Of the array.
    """
    [values] = re.findall(rf"\b{name}\[\w*\] = \{{\n([^}}]*)\}}", source)
    return bytes(int(value, 16) for value in re.findall("0x[0-9a-f]{2}", values))

"""The notation of a network: one line with a word for each block, such as `C16 | S64x2 average`.

Each block and each head writes its own word, in its method `words`. This module explains the marks.
"""

import re
from collections.abc import Iterable

_KINDS = {
    r"\bC\d": "C standard convolution",
    r"\bS\d": "S separable",
    r"\bI\d": "I inverted residual",
    r"\bX\d": "X Xception's block",
}
_BLOCK = r"\b[CSIX]\d[\w./]*?"
_MARKS = {
    r"\bS\d+x": "x2 depth multiplier",
    r"\bI\d+x": "I32x4 expansion",
    r"\bX\d+x": "X32x3 convolutions",
    rf"{_BLOCK}k\d": "k5 5x5 kernel",
    rf"{_BLOCK}/\d": "/2 stride 2",
    rf"{_BLOCK}h": "h hard swish",
    rf"{_BLOCK}w": "w swish",
    rf"{_BLOCK}q\d": "q25 squeeze-and-excite of 25 %",
    rf"{_BLOCK}b\b": "b bias",
    r"\)\+": "( )+ residual",
    r"\|": "| max-pool",
    r"@\d": "@24 resized",
}


def legend(networks: Iterable[str]) -> str:
    """One line that explains the marks of these networks, and no others. Empty where no block is written.

    Args:
        networks: The words of each network.
    """
    text = " ".join(networks)
    kinds = [meaning for pattern, meaning in _KINDS.items() if re.search(pattern, text)]
    marks = [meaning for pattern, meaning in _MARKS.items() if re.search(pattern, text)]
    return "; ".join([f"{', '.join(kinds)}, then filters", *marks, "then the head"]) if kinds else ""

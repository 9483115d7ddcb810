"""What went wrong, in one line, from an exception of a library. Keras and TensorFlow write whole pages."""

import itertools
import re
from collections.abc import Iterator

LONGEST = 500
"""Characters of a reason. A longer one is cut at its end."""

_STYLE = re.compile(r"\x1b\[[\d;]*m")
_FRAME = re.compile(r'File ".*", line \d+')
_ARGUMENTS = re.compile(r"^\s*(Arguments|Call arguments) received by ", re.MULTILINE)
"""Begins the list of arguments with which Keras ends a message; it says nothing about the cause."""

_COMPILER_PREFIX = re.compile(r"^.*?:\d+: error: (loc\(.*\): )?")
"""Begins a line of the compiler behind LiteRT: a place in a graph that nobody has seen."""

_NODE = re.compile(r"^\{\{function_node .*?\}\} | ?(\[\[\{\{node .*\}\}\]\] ?)?\[Op:\w+\]( name: ?)?$")
"""The names that TensorFlow has given to an operation."""

_HEADINGS = (
    "Could not automatically infer the output shape",
    "Exception encountered when calling",
    "Graph execution error",
    "Detected at node",
    "Detected unsupported operations",
    "Traceback (most recent call last)",
    "in user code:",
    "Stack trace",
    "[[{{node",
)
"""Begin lines that only announce the reason, or that say where it happened."""


def reason(error: BaseException) -> str:
    """The kind of an exception, and the line of its message that says what was wrong.

    That is the first line which is neither a heading nor part of a stack trace. Inside a stack trace it is the line
    after the last frame. What was passed to a layer is left out.
    """
    text = str(error)
    if isinstance(error, KeyError) and any("\n" in str(argument) for argument in error.args):
        text = str(error.args[0])  # Keras's, of which `str` makes one line.
    line = "".join(letter if letter.isprintable() else " " for letter in _line(text))
    kind, line = type(error).__name__, " ".join(line.split())
    return (line if line.startswith(f"{kind}: ") else f"{kind}: {line}".rstrip(": "))[:LONGEST]


def _line(text: str) -> str:
    text = _ARGUMENTS.split(_STYLE.sub("", text), maxsplit=1)[0]
    lines = list(_without_frames(text.splitlines())) or [line.strip() for line in text.splitlines() if line.strip()]
    # A message that was broken into lines goes on in lower case.
    rest = itertools.takewhile(lambda line: line[0].islower(), lines[1:])
    return " ".join(_NODE.sub("", _COMPILER_PREFIX.sub("", line)) for line in [*lines[:1], *rest])


def _without_frames(lines: list[str]) -> Iterator[str]:
    """Lines that say something. The code that a stack trace shows is indented further than its frame."""
    frame_indentation: int | None = None
    for line in lines:
        stripped = line.strip()
        if not stripped:
            continue
        indentation = len(line) - len(line.lstrip())
        if _FRAME.match(stripped):
            frame_indentation = indentation
        elif frame_indentation is not None and indentation > frame_indentation:
            continue
        elif not stripped.startswith(_HEADINGS):
            yield stripped

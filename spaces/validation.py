"""Checks of values that people and files give: one sentence each, what was wrong, what was given, what to do."""

import dataclasses
import reprlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LARGEST_NUMBER = 2**31 - 1
"""Of a field that is a whole number: no network has more of anything, and all that is computed from it stays short."""

_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother = 3, 100, 100


def given(value: object) -> str:
    """What was given, as a message shows it: short, however long, deep or odd it is."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python prints no number of more than 4,300 digits.
        return f"a {type(value).__name__} of very many digits"


def place(path: str | Path) -> str:
    """A path as a message shows it: as it is, or quoted where it would break the line."""
    return str(path) if str(path).isprintable() else repr(str(path))


def require(name: str, value: object, holds: bool, wanted: str) -> None:
    """Raise ValueError unless `holds`.

    Args:
        name: The field, as a person spells it.
        value: What was given.
        holds: Whether the value is as wanted.
        wanted: The rule, to complete "must be ...".
    """
    if not holds:
        raise ValueError(f"`{name}` must be {wanted}; got {given(value)}.")


def from_fields(kind: type, fields: Mapping[str, Any], *, where: str):
    """An instance of the dataclass `kind` from plain values, each checked for its type.

    Args:
        kind: A dataclass whose fields are int, float, bool or str, or were made ready by the caller.
        fields: Field name to value.
        where: What is being read, to begin the message with.
    Raises:
        ValueError: For an unknown or missing field, a wrong type or a value that `kind` refuses.
    """
    known = {field.name: field for field in dataclasses.fields(kind)}
    for name, value in fields.items():
        if name not in known:
            raise ValueError(f"{where}: unknown field {given(name)}; known are {', '.join(known)}.")
        if not _fits(value, known[name].type):
            raise ValueError(f"{where}: `{name}` must be {_spoken(known[name].type)}; got {given(value)}.")
    missing = [n for n, f in known.items() if n not in fields and f.default is dataclasses.MISSING]
    if missing:
        raise ValueError(f"{where}: {', '.join(missing)} missing; got {given(list(fields))}.")
    try:
        return kind(**fields)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _fits(value: object, wanted: object) -> bool:
    if wanted is bool or wanted is str:
        return isinstance(value, wanted)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER
    if wanted is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    return True  # A nested value: its own reader has checked it.


def _spoken(wanted: object) -> str:
    words = {
        int: f"a whole number up to {LARGEST_NUMBER:,}",
        float: "a finite number",
        bool: "true or false",
        str: "text",
    }
    return words.get(wanted, str(wanted))

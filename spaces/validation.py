"""Checks of values from people and files. Each failure is one sentence: what was wrong, what was given, what to do."""

import dataclasses
import reprlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

MAX_INTEGER = 2**31 - 1
"""Largest value of a field that is a whole number. No network has more of anything, and all products stay short."""

_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother = 3, 100, 100


class Dataclass(Protocol):
    """Any instance of a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


T = TypeVar("T", bound=Dataclass)


def given(value: object) -> str:
    """The value that was given, as a message shows it: always short, however long or deep the value is."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python prints no number of more than 4,300 digits.
        return f"a {type(value).__name__} of very many digits"


def place(path: str | Path) -> str:
    """A path, as a message shows it: quoted where it would break the line, otherwise unchanged."""
    return str(path) if str(path).isprintable() else repr(str(path))


def require(name: str, value: object, holds: bool, wanted: str) -> None:
    """Raise ValueError unless `holds`.

    Args:
        name: The field, as a person spells it.
        value: What was given.
        holds: Whether the value is as wanted.
        wanted: The rule. It completes the sentence "`name` must be ...".
    """
    if not holds:
        raise ValueError(f"`{name}` must be {wanted}; got {given(value)}.")


def from_fields(kind: type[T], fields: Mapping[str, Any], *, where: str) -> T:
    """An instance of the dataclass `kind` from plain values. The type of each value is checked.

    Args:
        kind: A dataclass whose fields are int, float, bool or str. The caller has checked all other fields.
        fields: Field name to value.
        where: What is being read. The message begins with it.
    Raises:
        ValueError: For an unknown or missing field, a wrong type or a value that `kind` refuses.
    """
    known = {field.name: field for field in dataclasses.fields(kind)}
    for name, value in fields.items():
        if name not in known:
            raise ValueError(f"{where}: unknown field {given(name)}; known are {', '.join(known)}.")
        if not _has_type(value, known[name].type):
            raise ValueError(f"{where}: `{name}` must be {_type_in_words(known[name].type)}; got {given(value)}.")
    missing = [n for n, f in known.items() if n not in fields and f.default is dataclasses.MISSING]
    if missing:
        raise ValueError(f"{where}: {', '.join(missing)} missing; got {given(list(fields))}.")
    try:
        return kind(**fields)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _has_type(value: object, wanted: object) -> bool:
    if wanted is bool:
        return isinstance(value, bool)
    if wanted is str:
        return isinstance(value, str)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_INTEGER
    if wanted is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    return True  # A nested value. The caller has checked it.


def _type_in_words(wanted: object) -> str:
    if wanted is int:
        return f"a whole number up to {MAX_INTEGER:,}"
    if wanted is float:
        return "a finite number"
    if wanted is bool:
        return "true or false"
    return "text" if wanted is str else str(wanted)

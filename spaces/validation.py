"""Checks of values that people and files give: one sentence each, what was wrong, what was given, what to do."""

import dataclasses
from collections.abc import Mapping
from typing import Any


def require(name: str, value: object, holds: bool, wanted: str) -> None:
    """Raise ValueError unless `holds`.

    Args:
        name: The field, as a person spells it.
        value: What was given.
        holds: Whether the value is as wanted.
        wanted: The rule, to complete "must be ...".
    """
    if not holds:
        raise ValueError(f"`{name}` must be {wanted}; got {value!r}.")


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
            raise ValueError(f"{where}: unknown field {name!r}; known are {', '.join(known)}.")
        if not _fits(value, known[name].type):
            raise ValueError(f"{where}: `{name}` must be {_spoken(known[name].type)}; got {value!r}.")
    missing = [n for n, f in known.items() if n not in fields and f.default is dataclasses.MISSING]
    if missing:
        raise ValueError(f"{where}: {', '.join(missing)} missing; got {', '.join(fields) or 'nothing'}.")
    try:
        return kind(**fields)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _fits(value: object, wanted: object) -> bool:
    if wanted is bool or wanted is str:
        return isinstance(value, wanted)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return True  # A nested value: its own reader has checked it.


def _spoken(wanted: object) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false", str: "text"}.get(wanted, str(wanted))

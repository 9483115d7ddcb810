"""The fields of a configuration: what each setting means for a study, and its default, each written once."""

import dataclasses
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any


class Role(Enum):
    """What a setting means for the study that it is given to."""

    COMPARABLE = "must be the same for two accuracies to compare: stored with the study, refused when it differs, shown"
    SHOWN = "may change from one command to the next; MLflow shows the last one"
    LOCAL = "concerns this command and this machine alone"


def setting(
    role: Role,
    *,
    default: Any = dataclasses.MISSING,
    typed: Any = dataclasses.MISSING,
    stored_as: tuple[str, ...] | None = None,
    added_later: bool = False,
    before: Any = dataclasses.MISSING,
) -> Any:
    """A field of a configuration.

    Args:
        role: What the setting means for a study.
        default: Its value where nobody gives one; missing where that depends on other settings.
        typed: The default as a person types it, where that is not the value itself: "auto" or "none".
        stored_as: Of a comparable setting, the names under which a study stores it, or what follows from it; by
            default its own name.
        added_later: A comparable setting that the first studies do not store, and which means the default there. It is
            stored only where it differs from the default.
        before: What a setting that was added later means in the first studies, where that is not the default.
    """
    metadata = {
        "role": role,
        "typed": typed,
        "stored_as": stored_as,
        "added_later": added_later,
        "before": default if before is dataclasses.MISSING else before,
    }
    return dataclasses.field(default=default, metadata=metadata)


def typed_defaults(config: type) -> dict[str, Any]:
    """Defaults of a configuration's fields by name, as a person types them; a tuple becomes a list.

    None stands for a default that depends on other settings and has no text of its own.
    """
    return {field.name: _typed_default(field) for field in dataclasses.fields(config)}


def _typed_default(field: dataclasses.Field) -> Any:
    candidates = (field.metadata.get("typed", dataclasses.MISSING), field.default)
    default = next((value for value in candidates if value is not dataclasses.MISSING), None)
    return list(default) if isinstance(default, tuple) else default


def comparable_settings(config: Any, derived: Mapping[str, Any]) -> dict[str, Any]:
    """What a study stores, and compares when it is continued: plain data by name.

    Args:
        config: A configuration whose fields are made with `setting`.
        derived: Values that follow from the settings, by the name under which they are stored.
    """
    return {
        name: value
        for field in _fields(config, Role.COMPARABLE)
        for name in field.metadata["stored_as"] or (field.name,)
        for value in [getattr(config, name) if name == field.name and name not in derived else derived[name]]
        if not (field.metadata["added_later"] and value == field.metadata["before"])
    }


def shown_settings(config: Any) -> dict[str, Any]:
    """What MLflow shows of a configuration: plain data by the field's name."""
    return {field.name: getattr(config, field.name) for field in _fields(config, Role.COMPARABLE, Role.SHOWN)}


def _fields(config: Any, *roles: Role) -> Iterator[dataclasses.Field]:
    return (field for field in dataclasses.fields(config) if field.metadata["role"] in roles)

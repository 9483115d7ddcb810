"""Imports what a person names as `package.module:Name`: an object reference, as Python's entry points have it."""

import difflib
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from spaces.error_text import reason

SEPARATOR = ":"
"""Between module and name."""


def is_reference(text: str) -> bool:
    """Whether a text has the form of an object reference. Nothing is imported for this."""
    module, separator, name = text.partition(SEPARATOR)
    return bool(separator) and all(part.isidentifier() for part in f"{module}.{name}".split("."))


def import_object(reference: str, *, kind: str) -> Any:
    """The class, function or object that a reference names.

    As for a Python script, the current directory is searched first.

    Args:
        reference: `package.module:Name`, or `package.module:Name.of_an_attribute`.
        kind: What it should be, for the messages.
    Raises:
        ValueError: If there is nothing of this name. The message says why, and names what is like it.
    """
    module_name, _, name = reference.partition(SEPARATOR)
    module = _import_module(reference, module_name)
    target: Any = module
    for part in name.split("."):
        if not hasattr(target, part):
            advice = _another_file(module) or _did_you_mean(part, _callables(target))
            raise ValueError(
                f"{reference}: there is no {part!r} in {module_name}. {advice or f'Name a {kind} of this module.'}"
            )
        target = getattr(target, part)
    return target


def _import_module(reference: str, name: str) -> ModuleType:
    if name == "__main__":
        raise ValueError(
            f"{reference} is in the script that is running, which other processes can't import. "
            "Put it into a file of its own."
        )
    if os.getcwd() not in sys.path:  # It stays there for workers, and for what the module imports later.
        sys.path.insert(len(sys.path) if sys.flags.safe_path else 0, os.getcwd())
    importlib.invalidate_caches()  # A file may have been written a moment ago.
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise ValueError(
                f"{reference}: there is no module {name!r} in {os.getcwd()} or among the installed packages. "
                f"{_did_you_mean_module(error.name) or 'Go to the folder that holds it, or install it.'}"
            ) from None
        raise ValueError(f"{reference} can't be imported: {error}. Install what it needs.") from None
    except (Exception, SystemExit) as error:  # The module's code runs, and may raise anything.
        raise ValueError(f"{reference} can't be imported: {reason(error)}. Correct it.") from error


def _another_file(module: ModuleType) -> str:
    """The advice if the module is not the file of its name in the current directory."""
    here = os.path.join(os.getcwd(), f"{module.__name__}.py")
    imported = getattr(module, "__file__", None) or "part of Python"
    if not os.path.isfile(here) or (os.path.exists(imported) and os.path.samefile(imported, here)):
        return ""
    return f"Python has another module of this name ({imported}). Rename {here}."


def _callables(target: Any) -> list[str]:
    return [name for name in dir(target) if callable(getattr(target, name, None))]


def _did_you_mean_module(missing: str) -> str:
    if missing.endswith(".py"):
        return "A module is named without .py."
    parent, _, name = missing.rpartition(".")
    paths = getattr(sys.modules[parent], "__path__", []) if parent else [os.getcwd()]
    return _did_you_mean(name, (module.name for module in pkgutil.iter_modules(paths)))


def _did_you_mean(name: str, others: Iterable[str]) -> str:
    """A question with the public names that are like this one or contain it; empty if there are none."""
    public = {other.casefold(): other for other in others if not other.startswith("_")}
    close = difflib.get_close_matches(name.casefold(), public, n=3)
    contained = [other for other in public if name.casefold() in other and other not in close]
    names = [public[other] for other in [*close, *contained][:3]]
    return f"Did you mean {' or '.join(names)}?" if names else ""

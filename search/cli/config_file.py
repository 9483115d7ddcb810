"""Flags that stand in a TOML file, or were given by name from Python, as a person would type them."""

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from search.errors import SearchError, UsageError
from spaces.validation import given, place

LARGEST_FILE = 1_000_000  # bytes


def with_config(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> list[str]:
    """Arguments with those of the file that `--config` names before them, so that what was typed wins.

    Raises:
        SearchError: If the file can't be read.
        UsageError: If it has a name or a value that is none.
    """
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    finder.add_argument("--config")
    try:
        file = finder.parse_known_args(list(arguments))[0].config
    except argparse.ArgumentError:  # `parser` will say it.
        file = None
    if file is None:
        return list(arguments)
    try:
        return [*spelled(parser, _read(Path(file))), *arguments]
    except UsageError as error:
        raise UsageError(f"{place(file)}: {error}") from None


def spelled(parser: argparse.ArgumentParser, values: Mapping[str, Any]) -> list[str]:
    """Values by name as the arguments that mean them.

    Args:
        parser: Which flags there are.
        values: By flag's name, with dashes or underscores; None is what the flag calls "none" or "auto".
    Raises:
        UsageError: If a name is no flag's, or a value can't be typed.
    """
    known = options_of(parser)
    found: list[str] = []
    for name, value in values.items():
        action = known.get(name.replace("-", "_"))
        if action is None:
            raise UsageError(f"there is no option {given(name)}; there are {', '.join(sorted(known))}")
        found += _spelled(action, name, value)
    return found


def options_of(parser: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """The flags that a file or Python may set, by name."""
    not_options = "help", "config", "json", "dry_run"
    return {action.dest: action for action in parser._actions if action.dest not in not_options}


def _spelled(action: argparse.Action, name: str, value: Any) -> list[str]:
    flag = action.option_strings[0]
    if action.nargs == 0:
        if not isinstance(value, bool):
            raise UsageError(f"{name} must be true or false; got {given(value)}")
        return [flag] * value
    if value is None:
        return [] if action.default is None else [f"{flag}={_without_value(action)}"]
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Path)):
        raise UsageError(f"{name} must be one number or text; got {given(value)}")
    return [f"{flag}={value}"]


def _without_value(action: argparse.Action) -> str:
    """How a person types that there is to be none: "none" where the flag knows it, even if its default is "auto"."""
    try:
        action.type("none")
    except (argparse.ArgumentTypeError, TypeError, ValueError):
        return "auto" if action.default == "auto" else "none"
    return "none"


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open(encoding="utf-8-sig") as opened:
            text = opened.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise SearchError(f"{place(file)} has more than {LARGEST_FILE:,} characters, too many for a file of flags.")
        return tomllib.loads(text)
    except OSError as error:
        raise SearchError(
            f"the configuration {place(file)} can't be read ({error.strerror}). Name a TOML file."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(file, str(error)) from None
    except UnicodeDecodeError:
        raise _no_toml(file, "it is not UTF-8") from None
    except (ValueError, RecursionError):  # Python reads no number of more than 4,300 digits, and no endless nest.
        raise _no_toml(file, "it has an endless number or nest") from None


def _no_toml(file: Path, reason: str) -> SearchError:
    return SearchError(f"{place(file)} is no TOML ({reason}). Write lines such as trials = 50.")

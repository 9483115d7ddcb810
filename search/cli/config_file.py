"""Options from a TOML file, or by name from Python, turned into the arguments that a person would type."""

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from search.cli.argument_types import AUTO, NONE
from search.cli.parser import Parser
from search.errors import SearchError, UsageError
from spaces.validation import given, place

LARGEST_FILE = 1_000_000  # characters


def with_config_file(parser: Parser, arguments: Sequence[str]) -> list[str]:
    """Arguments, preceded by those of the file that `--config` names. So an argument wins over the file.

    Args:
        parser: The command's.
        arguments: As typed.
    Raises:
        SearchError: If the file can't be read.
        UsageError: If the file has an unknown option, or a wrong value.
    """
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    finder.add_argument("--config")
    try:
        file = finder.parse_known_args(list(arguments))[0].config
    except argparse.ArgumentError:  # The command's own parser will report it.
        file = None
    if file is None:
        return list(arguments)
    try:
        return [*as_arguments(parser, _read(Path(file))), *arguments]
    except UsageError as error:
        raise UsageError(f"{place(file)}: {error}") from None


def as_arguments(parser: Parser, values: Mapping[str, Any]) -> list[str]:
    """Options by name, as the arguments that mean the same.

    Args:
        parser: The command's.
        values: By the option's name, with dashes or underscores. None is what a person types as "none" or "auto".
    Raises:
        UsageError: If there is no such option, or a value can't be typed.
    """
    options = parser.config_options()
    arguments: list[str] = []
    for name, value in values.items():
        option = options.get(name.replace("-", "_"))
        if option is None:
            raise UsageError(f"there is no option {given(name)}; there are {', '.join(sorted(options))}")
        arguments += _arguments(option, name, value)
    return arguments


def _arguments(option: argparse.Action, name: str, value: Any) -> list[str]:
    flag = option.option_strings[0]
    if option.nargs == 0 and not (value is None and option.default is None):
        if not isinstance(value, bool):
            raise UsageError(f"{name} must be true or false; got {given(value)}")
        return [flag] * value or [each for each in option.option_strings if each.startswith("--no-") and each != flag]
    if value is None:
        return [] if option.default is None else [f"{flag}={_none_as_typed(option)}"]
    if option.nargs in ("*", "+"):
        values = value if isinstance(value, list | tuple) else [value]
        return [flag, *(_word(name, each) for each in values)]
    return [f"{flag}={_word(name, value)}"]


def _word(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Path)):
        raise UsageError(f"{name} must be one number or text; got {given(value)}")
    return str(value)


def _none_as_typed(option: argparse.Action) -> str:
    """How a person types that an option has no value: "none" if the option accepts it, otherwise "auto"."""
    try:
        option.type(NONE)
    except (argparse.ArgumentTypeError, TypeError, ValueError):
        return AUTO if option.default == AUTO else NONE
    return NONE


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open(encoding="utf-8-sig") as opened:
            text = opened.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise SearchError(
                f"{place(file)} has more than {LARGEST_FILE:,} characters, which is too long for a file of options."
            )
        return tomllib.loads(text)
    except OSError as error:
        raise SearchError(
            f"the configuration {place(file)} can't be read ({error.strerror}). Name a TOML file."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(file, str(error)) from None
    except UnicodeDecodeError:
        raise _not_toml(file, "it is not UTF-8") from None
    except (ValueError, RecursionError):  # Python reads no number of more than 4,300 digits and no very deep list.
        raise _not_toml(file, "a number is too long, or a list too deep") from None


def _not_toml(file: Path, reason: str) -> SearchError:
    return SearchError(f"{place(file)} is not TOML ({reason}). Write lines such as trials = 50.")

"""How every command of this program reads its flags and ends: a mistake is one sentence and an exit status."""

import argparse
import re
import sys
from collections.abc import Callable
from typing import NoReturn

from mlflow_runs.errors import BadUsage, UserError

DEFAULT_STORAGE = "sqlite:///search.db"
DEFAULT_TRACKING_URI = "sqlite:///mlflow.db"
DEFAULT_EXPERIMENT = "pareto-cnn-search"
LONGEST_NAME = 200

COLUMNS_IN_A_FILE = 150  # where the output is no terminal


class _HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help if action.default is None else super()._get_help_string(action)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def __init__(self, **options) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_HelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        """A mistake in the flags.

        Raises:
            BadUsage: Always.
        """
        raise BadUsage(f"{message}. See python -m {self.prog} --help")


def answer(command: Callable[[], int]) -> int:
    """Run a command; what goes wrong on a user's side becomes a sentence and an exit status."""
    try:
        return command()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BadUsage as error:
        print(f"error: {error}.", file=sys.stderr)
        return 2
    except (UserError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def add_storage_flag(group) -> None:
    """Where the study is kept; `group` is a parser or a group of its arguments."""
    group.add_argument("--storage", default=DEFAULT_STORAGE, metavar="URL", help="Optuna's storage")


def add_study_argument(parser: argparse.ArgumentParser) -> None:
    """Which study of a storage."""
    parser.add_argument(
        "study", nargs="?", type=name, metavar="STUDY", help="its name; may be left out where there is only one"
    )


def add_store_flags(group) -> None:
    """Which MLflow; `group` is a parser or a group of its arguments."""
    group.add_argument("--tracking-uri", default=DEFAULT_TRACKING_URI, metavar="URI", help="MLflow's store or server")
    group.add_argument("--experiment", type=name, default=DEFAULT_EXPERIMENT, help="MLflow's experiment")


def name(text: str) -> str:
    """A name that a person can type again: not empty, no control characters, not endless."""
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise argparse.ArgumentTypeError(
            f"must be 1 to {LONGEST_NAME} printable characters; got {text[:40]!r}{'...' if len(text) > 40 else ''}"
        )
    return text


def whole(lowest: int, highest: int | None = None):
    """A type for whole numbers from `lowest` to `highest`."""
    limits = f"of {lowest} or more" if highest is None else f"from {lowest} to {highest}"

    def parse(text: str) -> int:
        if (
            not re.fullmatch(r"[+-]?\d{1,15}", text)
            or int(text) < lowest
            or (highest is not None and int(text) > highest)
        ):
            raise argparse.ArgumentTypeError(f"must be a whole number {limits}; got {text!r}")
        return int(text)

    return parse


def console(*, stderr: bool = False):
    """Where a command writes: a terminal, or a file or a notebook, which get plain long lines."""
    from rich.console import Console

    found = Console(highlight=False, stderr=stderr)
    if found.is_terminal and not found.is_jupyter:
        return found
    return Console(highlight=False, stderr=stderr, width=COLUMNS_IN_A_FILE, force_jupyter=False, force_terminal=False)


def say(console, text: str) -> None:
    """Print sentences as they are; commands and addresses, which are indented, stay whole to be copied."""
    for line in text.splitlines():
        console.print(line, markup=False, soft_wrap=line.startswith("  "))

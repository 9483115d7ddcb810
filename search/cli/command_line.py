"""How every command of this program reads its flags and ends: a mistake is one sentence and an exit status."""

import argparse
import contextlib
import os
import re
import select
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from mlflow_runs.errors import MirrorError
from mlflow_runs.safe_text import one_line, sentence, shortened
from search.errors import SearchError, UsageError

DEFAULT_STORAGE = "sqlite:///search.db"
DEFAULT_TRACKING_URI = "sqlite:///mlflow.db"
DEFAULT_EXPERIMENT = "pareto-cnn-search"
LONGEST_NAME = 200

SHOW_TRACEBACK = "SHOW_TRACEBACK"
"""The variable of the environment with which a mistake of the program's own ends in a traceback."""

_ERROR_LENGTH = 200
_BROKEN_PIPE = 141  # as shells have it
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
            UsageError: Always.
        """
        raise UsageError(f"{sentence(message)}. See python -m {self.prog} --help")


def answer(command: Callable[[], int]) -> int:
    """Run a command; what goes wrong becomes a sentence and an exit status, a mistake of the program's own, too.

    That a traceback is not shown also keeps passwords in: libraries print URLs.
    """
    try:
        status = command()
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except UsageError as error:
        _complain(f"{error}.")
        return 2
    except OSError as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            return _BROKEN_PIPE
        _complain(_of_the_system(error))
        return 1
    except (SearchError, MirrorError, ValueError) as error:
        _complain(str(error))
        return 1
    except Exception as error:
        if os.environ.get(SHOW_TRACEBACK):
            raise
        _complain(_of_the_program(error))
        return 1


def _nobody_reads() -> bool:
    """Whether the standard output is a pipe whose reader has seen enough; what is left in it then goes nowhere."""
    with contextlib.suppress(AttributeError, ValueError, OSError):  # no poll on Windows; in tests no real output
        output = select.poll()
        output.register(sys.stdout, 0)
        if output.poll(0):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return True
    return False


def _complain(message: str) -> None:
    """A few errors have lines of their own; what a user gave never makes one."""
    print("error: " + "\n".join(map(sentence, message.split("\n"))), file=sys.stderr)


def _of_the_program(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    said = shortened(one_line(f"{type(error).__name__}: {error}"), length=_ERROR_LENGTH)
    return (
        f"this is a mistake of the program, not yours ({said}; {Path(frame.filename).name}, line {frame.lineno}). "
        f"With {SHOW_TRACEBACK}=1 before the command it tells all of it, which is worth a report."
    )


def _of_the_system(error: OSError) -> str:
    if error.strerror is None:
        return str(error)
    if error.filename is None:
        return f"the operating system says: {error.strerror}."
    return f"{error.filename!r} can't be used ({error.strerror}). Check the path and what you may do there."


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
    group.add_argument(
        "--tracking-uri", type=_uri, default=DEFAULT_TRACKING_URI, metavar="URI", help="MLflow's store or server"
    )
    group.add_argument("--experiment", type=name, default=DEFAULT_EXPERIMENT, help="MLflow's experiment")


def _uri(text: str) -> str:
    try:
        _ = urlsplit(text).port
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be a URI such as {DEFAULT_TRACKING_URI} or http://host:5000; got {text!r}"
        ) from None
    return text


def name(text: str) -> str:
    """A name that a person can type again: not empty, no control characters, not endless."""
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise argparse.ArgumentTypeError(
            f"must be 1 to {LONGEST_NAME} printable characters; got {text[:40]!r}{'...' if len(text) > 40 else ''}"
        )
    return text


def alias(text: str) -> str:
    """An alias that MLflow takes; it keeps `latest` and versions such as `v3` for itself."""
    if not re.fullmatch(r"[\w-]{1,255}", text) or re.fullmatch(r"latest|v\d+", text.lower()):
        raise argparse.ArgumentTypeError(f"must be letters, digits, - or _, and neither latest nor v3; got {text!r}")
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

    options = {"highlight": False, "emoji": False, "stderr": stderr}  # a study may be called :dog:
    found = Console(**options)
    if found.is_terminal and not found.is_jupyter:
        return found
    return Console(**options, width=COLUMNS_IN_A_FILE, force_jupyter=False, force_terminal=False)


def say(console, text: str) -> None:
    """Print sentences as they are; commands and addresses, which are indented, stay whole to be copied."""
    for line in text.splitlines():
        console.print(line, markup=False, soft_wrap=line.startswith("  "))

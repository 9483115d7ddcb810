"""How a command ends: every error becomes one sentence and an exit status."""

import contextlib
import os
import select
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from mlflow_runs.errors import MirrorError
from mlflow_runs.safe_text import sentence, shortened
from search.cli.process_settings import set_up_process
from search.errors import SearchError, UsageError
from spaces.error_text import reason

SHOW_TRACEBACK = "SHOW_TRACEBACK"
"""The environment variable that lets an error in the program end with its traceback."""

INTERRUPTED_STATUS = 130
BROKEN_PIPE_STATUS = 141
"""Exit statuses as shells report them: 128 plus the number of the signal."""

LONGEST_ERROR = 200  # characters of an exception's own text


def run_command(command: Callable[[], int]) -> int:
    """Run a command and return its exit status. An error is printed as one sentence, without a traceback.

    Without a traceback no password is printed either: the texts of libraries may hold whole URLs.

    Args:
        command: Returns the exit status where nothing went wrong.
    """
    set_up_process()
    try:
        status = command()
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED_STATUS
    except UsageError as error:
        _print_error(f"{error}.")
        return 2
    except OSError as error:
        if isinstance(error, BrokenPipeError) and _stdout_is_closed():
            return BROKEN_PIPE_STATUS
        _print_error(_operating_system_error(error))
        return 1
    except (SearchError, MirrorError, ValueError) as error:
        _print_error(str(error))
        return 1
    except Exception as error:
        if os.environ.get(SHOW_TRACEBACK):
            raise
        _print_error(_program_error(error))
        return 1


def _stdout_is_closed() -> bool:
    """Whether the reader of the standard output has closed it. What is left to write is then discarded."""
    with contextlib.suppress(AttributeError, ValueError, OSError):  # Windows has no poll; tests have no real output.
        output = select.poll()
        output.register(sys.stdout, 0)
        if output.poll(0):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return True
    return False


def _print_error(message: str) -> None:
    """Print each line of a message so that a terminal can show it. What a user gave never starts a new line."""
    print("error: " + "\n".join(map(sentence, message.split("\n"))), file=sys.stderr)


def _program_error(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = shortened(reason(error), length=LONGEST_ERROR)
    return (
        f"this is an error in the program, not in your input ({text}; {Path(frame.filename).name}, line "
        f"{frame.lineno}). Set {SHOW_TRACEBACK}=1 and run the command again to see the traceback, and please report it."
    )


def _operating_system_error(error: OSError) -> str:
    if error.strerror is None:
        return str(error)
    if error.filename is None:
        return f"the operating system reports: {error.strerror}."
    return f"{error.filename!r} can't be used ({error.strerror}). Check the path and its permissions."

"""Feeds inputs of one kind to their parser, in a process of its own whose memory is limited.

    python -m tests.faults.feeding KIND --seed 7 --inputs 100 [--first 0]

For each input a line goes to the standard output, before it is read; and one more if something was wrong.
"""

import argparse
import contextlib
import io
import json
import os
import re
import resource
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random

from search.cli.exit_handling import SHOW_TRACEBACK, run_command
from tests.faults.kinds import KINDS
from tests.faults.odd_values import PASSWORD

LONGEST = 600  # characters of a message
LONGEST_INPUT, LONGEST_TRACEBACK = 2_000, 3_000  # characters that are reported
MEMORY = 3 * 2**30  # bytes of address space

_SAYS_NOTHING = re.compile(
    r"^(\[Errno|Exceeds the limit|'[\w-]+' codec can't|Invalid|expected str)| at 0x[0-9a-f]{6}|Traceback|MemoryError"
)
_BARE_ERROR = re.compile(r"\w*(Error|Exception)\b\W*('[^']*')?\W*$")


def main() -> int:
    """Feed the inputs and report what is wrong."""
    options = _options()
    os.environ |= {SHOW_TRACEBACK: "1", "OPENBLAS_NUM_THREADS": "1"}  # Each thread would take address space.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    for number in range(options.first, options.first + options.inputs):
        with tempfile.TemporaryDirectory(prefix="faults-") as parent:
            folder = Path(parent, "input")
            folder.mkdir()
            content, read = KINDS[options.kind](Random(f"{options.seed} {options.kind} {number}"), number, folder)
            report = {"number": number, "input": repr(content)[:LONGEST_INPUT]}
            print(json.dumps(report), flush=True)
            if wrong := _wrong_with(read, folder):
                print(json.dumps({**report, "wrong": wrong}), flush=True)
    return 0


def _options():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--inputs", type=int, required=True)
    parser.add_argument("--first", type=int, default=0)
    return parser.parse_args()


def _wrong_with(read: Callable[[], object], folder: Path) -> str:
    """What is wrong with how an input in a folder was answered; empty if nothing is."""
    output = io.StringIO()
    try:
        with contextlib.redirect_stderr(output), contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(folder):
            run_command(lambda: read() and 0)
    except SystemExit as end:  # --help
        return f"exit with {end.code!r}" if end.code else ""
    except BaseException:
        return traceback.format_exc()[-LONGEST_TRACEBACK:]
    beside = {path.name for path in folder.parent.iterdir()} - {folder.name}
    return f"files appeared outside: {beside}" if beside else complaint(output.getvalue())


def complaint(output: str) -> str:
    """What is wrong with what was printed; empty if it is nothing, or one sentence that a person can read."""
    if not output:
        return ""
    message = output.removeprefix("error: ").removesuffix("\n")
    faults = {
        "is not printable": not message.isprintable(),
        f"is longer than {LONGEST} characters": len(message) > LONGEST,
        "shows the password": PASSWORD in message,
        "says nothing": bool(_SAYS_NOTHING.search(message) or _BARE_ERROR.match(message)) or len(message.split()) < 4,
        "is no error message": not output.startswith("error: "),
    }
    return "; ".join(f"the message {fault}: {message[:700]!r}" for fault, holds in faults.items() if holds)


if __name__ == "__main__":
    sys.exit(main())

"""Feeds inputs of one kind to their parser, in a process of its own that may neither hang nor grow.

    python -m tests.faults.feeding KIND --seed 7 --inputs 100 [--first 0]

A line for each input goes to the standard output: its number before it is read, and what is wrong if anything is.
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
from tests.faults.generators import PASSWORD
from tests.faults.kinds import KINDS

LONGEST = 600  # characters of an answer
LONGEST_INPUT, LONGEST_TRACEBACK = 2_000, 3_000  # characters that are reported
MEMORY = 3 * 2**30  # bytes of address space

_SAYS_NOTHING = re.compile(
    r"^(\[Errno|Exceeds the limit|'[\w-]+' codec can't|Invalid|expected str)| at 0x[0-9a-f]{6}|Traceback|MemoryError"
)
_BARE_ERROR = re.compile(r"\w*(Error|Exception)\b\W*('[^']*')?\W*$")


def main() -> int:
    """Feed, and report."""
    options = _options()
    os.environ |= {SHOW_TRACEBACK: "1", "OPENBLAS_NUM_THREADS": "1"}  # each thread of which would take address space
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    for number in range(options.first, options.first + options.inputs):
        with tempfile.TemporaryDirectory(prefix="faults-") as parent:
            folder = Path(parent, "given")
            folder.mkdir()
            given, read = KINDS[options.kind](Random(f"{options.seed} {options.kind} {number}"), number, folder)
            fed = {"number": number, "input": repr(given)[:LONGEST_INPUT]}
            print(json.dumps(fed), flush=True)
            if wrong := _wrong_with(read, folder):
                print(json.dumps({**fed, "wrong": wrong}), flush=True)
    return 0


def _options():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--inputs", type=int, required=True)
    parser.add_argument("--first", type=int, default=0)
    return parser.parse_args()


def _wrong_with(read: Callable[[], object], folder: Path) -> str:
    """What is wrong with how an input in a folder is taken; empty if nothing is."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(folder):
            run_command(lambda: read() and 0)
    except SystemExit as end:  # --help
        return f"exit with {end.code!r}" if end.code else ""
    except BaseException:
        return traceback.format_exc()[-LONGEST_TRACEBACK:]
    beside = {path.name for path in folder.parent.iterdir()} - {folder.name}
    return f"files appeared outside: {beside}" if beside else complaint(said.getvalue())


def complaint(said: str) -> str:
    """What is wrong with an answer; empty if it is none, or one sentence that a person can read."""
    if not said:
        return ""
    message = said.removeprefix("error: ").removesuffix("\n")
    faults = {
        "is not printable": not message.isprintable(),
        f"is longer than {LONGEST} characters": len(message) > LONGEST,
        "tells the password": PASSWORD in message,
        "tells nothing": bool(_SAYS_NOTHING.search(message) or _BARE_ERROR.match(message)) or len(message.split()) < 4,
        "is no answer": not said.startswith("error: "),
    }
    return "; ".join(f"the answer {fault}: {message[:700]!r}" for fault, holds in faults.items() if holds)


if __name__ == "__main__":
    sys.exit(main())

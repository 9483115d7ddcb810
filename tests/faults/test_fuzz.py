"""Every parser against odd and hostile inputs: each is accepted, or refused in one sentence that a person can read.

Nothing hangs, runs out of memory, runs code or writes outside its folder. `pytest tests/faults -m faults` feeds 41,000
inputs. A failure names the seed and the number of its input: `python -m tests.faults.feeding` feeds that one again.
"""

import itertools
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from random import Random

import pytest

from search.errors import SearchError
from tests.faults.feeding import complaint
from tests.faults.kinds import KINDS
from tests.faults.parsers.flags import flags
from tests.readme import COMMANDS

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
SEED = 20_26
SHORT, LONG = 180, 4_100  # inputs of each kind; 4,100 are enough to have each field of a network wrong
SECONDS, SECONDS_TO_START = 10, 60  # for an input, and for the first one, for which the parser is imported


def fed(kind, *, inputs, seed):
    """Reports of inputs of a kind that were answered wrongly; they are fed in a process of its own."""
    command = [sys.executable, "-m", "tests.faults.feeding", kind, "--seed", str(seed), "--inputs", str(inputs)]
    wrong, last = [], {"number": None}
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=complaints, text=True) as process,
    ):
        lines = queue.SimpleQueue()
        threading.Thread(target=lambda: [*map(lines.put, process.stdout), lines.put("")], daemon=True).start()
        try:
            while line := lines.get(timeout=SECONDS if last["number"] else SECONDS_TO_START):
                last = json.loads(line)
                wrong += [last] * ("wrong" in last)
        except queue.Empty:
            return [*wrong, {**last, "wrong": "no answer in time"}]
        finally:
            process.kill()
        if last["number"] != inputs - 1:
            complaints.seek(0)
            wrong.append({**last, "wrong": f"the process died: {complaints.read()[-1_000:]}"})
    return wrong


def check(kind, *, inputs, seed):
    wrong = fed(kind, inputs=inputs, seed=seed)
    reports = "\n".join(
        f"input {one.get('number')}: {one['wrong']}\n  content {one.get('input')}" for one in wrong[:10]
    )
    assert not wrong, f"{len(wrong)} of {inputs} {kind}, seed {seed}:\n{reports}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_is_accepted_or_refused_in_one_sentence(kind):
    check(kind, inputs=SHORT, seed=SEED)


def refused_flags(number, folder):
    """A command and flags that it refuses: those of this number, or the next ones of the same command."""
    for later in itertools.count(number, len(COMMANDS)):
        (module, arguments), parse = flags(Random(f"{SEED} {later}"), later, folder)
        try:
            parse()
        except SearchError:
            return module, arguments
        except SystemExit:  # --help
            continue


@pytest.mark.parametrize("number", range(2 * len(COMMANDS)))
def test_so_it_is_by_a_whole_process(tmp_path, number):
    module, arguments = refused_flags(number, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode in (1, 2) and done.stdout == ""
    assert done.stderr and not complaint(done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("kind", KINDS)
def test_so_are_many_more(kind):
    check(kind, inputs=LONG, seed=SEED + 1)

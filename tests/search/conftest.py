"""Fixtures of several folders: images, a worker, commands, and one real search that many tests look at."""

import io
import json
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path

import pytest

from search.training.datasets import load
from search.workers.local_pool import LocalPool
from search.workers.machine import plan

ROOT = Path(__file__).parents[2]
QUICK = ["--dataset", "digits", "--train-limit", "300", "--epochs", "1", "--max-flops", "6M"]
STUDY = "digits-hybrid"
EXPORTED_EPOCHS = 12
N_STARTUP_TRIALS, TOTAL = 4, 6  # networks after the first command, and after the second


@pytest.fixture(scope="module")
def dataset():
    """A few real images."""
    return load("digits", train_limit=256)


@pytest.fixture(scope="module")
def pool(dataset):
    """One worker, shared by tests that leave it idle: starting another takes seconds."""
    with LocalPool(dataset, plan(1)) as pool:
        yield pool


@pytest.fixture(scope="session")
def command():
    """Runs a command as a person does; returns its exit status, output and errors."""

    def run(module, *arguments, folder, timeout=500, **environment):
        import os

        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def in_process():
    """Runs a command as `command` does, without a process of its own, which takes seconds to start."""

    def run(module, *arguments, folder):
        out, err = io.StringIO(), io.StringIO()
        with chdir(folder), redirect_stdout(out), redirect_stderr(err):
            status = import_module(module).main(list(arguments))
        return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def searched(command, in_process, tmp_path_factory):
    """A folder after `--trials 4` and then `--trials 6` on digits, and what each command printed."""
    folder = tmp_path_factory.mktemp("searched")
    flags = [*QUICK, "--workers", "1"]  # Each takes seconds to start.
    first = command("search.run", *flags, "--trials", str(N_STARTUP_TRIALS), folder=folder)
    second = in_process("search.run", *flags, "--trials", str(TOTAL), folder=folder)
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    return folder, first, second


@pytest.fixture(scope="session")
def exported(searched, command):
    """The same folder after an export of the front's best network into `out`, and what the command printed."""
    flags = ["--study", STUDY, "--pick", "best", "--epochs", str(EXPORTED_EPOCHS), "--seeds", "2", "--formats", "all"]
    flags += ["--teacher", "best"]
    done = command("search.export", *flags, "--output", "out", folder=searched[0])
    assert done.returncode == 0, done.stderr
    return searched[0], done


def report_of(folder, name="out"):
    return json.loads((folder / name / "report.json").read_text())

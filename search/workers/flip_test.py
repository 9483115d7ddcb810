"""The training that finds out whether images keep their class when mirrored, in a process of its own."""

import os
import shutil
import tempfile
from pathlib import Path

from search.training.datasets import Dataset
from search.training.datasets.sharing import open_saved, save
from search.training.environment import set_up_worker
from search.training.flip_evidence import FlipEvidence, flip_evidence
from search.workers import scratch
from search.workers.child_process import ChildEndedError, ChildProcess, set_up_child
from search.workers.machine import plan
from spaces.error_text import reason

SECONDS_BETWEEN_CHECKS = 1.0
"""How long a wait for the result lasts. Between two waits Python answers Ctrl-C."""


class FlipTestError(RuntimeError):
    """The test has no result; the message says why."""


def run_flip_test(dataset: Dataset, *, seed: int) -> FlipEvidence:
    """What `flip_evidence` finds, in a process of this machine. So TensorFlow takes no memory of this one.

    Raises:
        FlipTestError: If the process fails.
        SearchError: If there is no room for the images.
    """
    machine, folder = plan(1), scratch.own_folder()
    try:
        with scratch.disk_errors_explained():
            save(dataset, folder)
        process = ChildProcess(_serve, folder, seed, machine.threads, next(iter(machine.gpus), None))
        try:
            return _result(process)
        finally:
            process.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _result(process: ChildProcess) -> FlipEvidence:
    try:
        while (result := process.receive(timeout=SECONDS_BETWEEN_CHECKS)) is None:
            pass
    except ChildEndedError:
        raise FlipTestError("its process has died") from None
    if isinstance(result, str):
        raise FlipTestError(result)
    return result


def _serve(connection, folder: Path, seed: int, threads: int, gpu: str | None) -> None:
    """Send the evidence, or the reason why there is none."""
    set_up_child(folder / "flip-test.log")
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    try:
        set_up_worker(threads=threads)
        connection.send(flip_evidence(open_saved(folder), seed=seed))
    except Exception as error:
        connection.send(reason(error))

"""What a search costs beside training: a proposal with all bookkeeping of a trial, and the start of a worker.

    python -m tests.benchmarks.overheads --trials 100 --output FILE.json

A whole search on the digits, with SQLite, MLflow and display, whose workers train in no time (accuracies are made up);
its time by the number of trials. Then real workers, from their start to the end of their first epoch, that epoch not
counted.
"""

import argparse
import contextlib
import io
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from search import run
from search.running import backend
from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers.local import LocalPool
from search.workers.lookup import LookupPool
from search.workers.machine import plan
from search.workers.messages import EpochDone, Event, Job, JobDone
from spaces.reference import separable_cnn

WORKERS_STARTED = 5


class InstantPool(LookupPool):
    """In place of `LocalPool`: trains in no time, one job at a time, so that every proposal waits for all known."""

    def __init__(self, dataset, plan, **kept) -> None:
        super().__init__(validation=None)

    def __enter__(self) -> "InstantPool":
        return self

    def __exit__(self, *exception) -> None:
        pass

    def events(self, *, timeout: float) -> Iterator[Event]:
        """Its epochs and its end."""
        job = self._waiting.pop().job
        accuracy = 0.0
        for number in range(job.resume_from + 1, job.stages[-1] + 1):
            cost = job.architecture.cost()
            accuracy = 1 - 0.7 * (cost.multiply_adds / 1e5) ** -0.2 * number**-0.2 * (1 + job.seed % 100 / 1000)
            yield EpochDone(job.trial, (number, accuracy, 1.0, 0.1, 1.0, 1000.0, 1.0, accuracy))
        yield JobDone(job.trial, accuracy, seconds=float(cost.multiply_adds) * 1e-6)


def search_seconds(trials: int) -> float:
    """Of a whole search whose trainings take no time."""
    backend.LocalPool = InstantPool
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        try:
            started = time.perf_counter()
            flags = ["--dataset", "cifar10", "--trials", str(trials)]
            assert run.main(flags) == 0
            return time.perf_counter() - started
        finally:
            os.chdir(before)


def start_seconds() -> list[float]:
    """Of real workers on CIFAR-10: importing, mapping the images, building and compiling a network."""
    dataset = load("cifar10")
    found = []
    for number in range(WORKERS_STARTED):
        with LocalPool(dataset, plan(1)) as pool:
            started = time.perf_counter()
            pool.start(Job(number, separable_cnn(), seed=0, recipe=ONE_CYCLE, stages=(1,)))
            first = next(event for _ in iter(int, 1) for event in pool.events(timeout=1))
            assert isinstance(first, EpochDone), first
            found.append(time.perf_counter() - started - first.epoch[4])
    return found


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    started = start_seconds()
    short, whole = search_seconds(1), search_seconds(options.trials)
    found = {
        "seconds_a_trial": (whole - short) / (options.trials - 1),
        "seconds_of_the_rest": short,
        "worker_start_seconds": statistics.median(started),
        "worker_starts": started,
        "trials": options.trials,
    }
    text = json.dumps(found, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

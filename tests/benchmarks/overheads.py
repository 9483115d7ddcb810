"""What a search costs besides training: a trial without its training, the start of a worker, the cost of a network.

    python -m tests.benchmarks.overheads --trials 100 --output FILE.json

It measures:

- seconds for each trial of a whole search on CIFAR-10, with SQLite, MLflow and the display, whose workers train in no
  time and make up the accuracies;
- seconds from the start of a real worker to the end of its first epoch, without the seconds of that epoch;
- architectures of each space whose cost is computed in a second, on one core.
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
from random import Random

from search import run
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from search.running import backend
from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers.local_pool import LocalPool
from search.workers.machine import plan
from search.workers.messages import EpochDone, Event, Job, JobDone
from spaces.catalogue import SPACES
from spaces.reference import separable_cnn

WORKER_STARTS = 5
ARCHITECTURES = 2_000
ROUNDS = 3


class InstantPool:
    """Takes the place of `LocalPool`. It trains one job at a time, in no time."""

    def __init__(self, dataset, plan, **options) -> None:
        self._jobs: list[Job] = []

    def __enter__(self) -> "InstantPool":
        return self

    def __exit__(self, *exception) -> None:
        pass

    @property
    def free(self) -> int:
        """How many more jobs can be started now."""
        return 1 - len(self._jobs)

    def start(self, job: Job) -> None:
        """Start a job."""
        self._jobs.append(job)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """The epochs of the job, and its end."""
        job = self._jobs.pop()
        multiply_adds = job.architecture.cost().multiply_adds
        accuracy = 0.0
        for epoch in range(job.resume_from + 1, job.milestones[-1] + 1):
            accuracy = 1 - 0.7 * (multiply_adds / 1e5) ** -0.2 * epoch**-0.2 * (1 + job.seed % 100 / 1000)
            yield EpochDone(job.trial, (epoch, accuracy, 1.0, 0.1, 1.0, 1000.0, 1.0, accuracy))
        yield JobDone(job.trial, accuracy, seconds=multiply_adds * 1e-6)


def search_seconds(trials: int) -> float:
    """Seconds of a whole search whose trainings take no time."""
    backend.LocalPool = InstantPool
    current_folder = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        try:
            started = time.perf_counter()
            flags = ["--dataset", "cifar10", "--trials", str(trials)]
            assert run.main(flags) == 0
            return time.perf_counter() - started
        finally:
            os.chdir(current_folder)


def worker_start_seconds() -> list[float]:
    """Seconds of several starts of a real worker: imports, mapping the images, building and compiling a network."""
    dataset = load("cifar10")
    seconds = []
    for trial in range(WORKER_STARTS):
        with LocalPool(dataset, plan(1)) as pool:
            started = time.perf_counter()
            pool.start(Job(trial, separable_cnn(), seed=0, recipe=ONE_CYCLE, milestones=(1,)))
            first = next(event for _ in iter(int, 1) for event in pool.events(timeout=1))
            assert isinstance(first, EpochDone), first
            seconds.append(time.perf_counter() - started - first.epoch[4])
    return seconds


def architectures_a_second(space: str) -> float:
    """Random architectures of a space whose cost is computed in a second of one core, in the best of some rounds."""
    random, networks = Random(0), SPACES[space]()
    architectures = [networks.architecture(RandomHyperParameters(random)) for _ in range(ARCHITECTURES)]
    rates = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for architecture in architectures:
            cost = architecture.cost()
            assert cost.flops and cost.parameters and cost.ram_bytes and cost.flash_bytes
        rates.append(ARCHITECTURES / (time.process_time() - started))
    return max(rates)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    rates = {space: round(architectures_a_second(space)) for space in SPACES}
    worker_starts = worker_start_seconds()
    one_trial, all_trials = search_seconds(1), search_seconds(options.trials)
    results = {
        "seconds_a_trial": (all_trials - one_trial) / (options.trials - 1),
        "seconds_of_the_rest": one_trial,
        "worker_start_seconds": statistics.median(worker_starts),
        "worker_starts": worker_starts,
        "trials": options.trials,
        "architectures_a_second": rates,
    }
    text = json.dumps(results, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

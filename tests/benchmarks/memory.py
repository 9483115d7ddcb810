"""Resident memory of one worker over many tiny trainings. It must not grow.

    python -m tests.benchmarks.memory --trainings 1000

It prints the memory after every 50 trainings. Each training is of another network, under the default cap of a search.
"""

import argparse
import tempfile
from pathlib import Path
from random import Random

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from search.training.datasets import load
from search.training.environment import import_tensorflow
from search.training.recipe import ONE_CYCLE
from search.workers.messages import Job, JobDone
from spaces.hybrid import HybridSpace

PRINT_EVERY = 50
CAPS = Caps(flops=25e6)


def resident_megabytes() -> float:
    """Resident memory of this process, on Linux."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def measure(trainings: int) -> None:
    """Train in one process, and print its memory in between."""
    import_tensorflow(threads=1)
    from search.workers.worker import Worker

    dataset = load("digits", train_limit=128)
    space, random = HybridSpace(input_shape=dataset.input_shape, classes=dataset.classes), Random(0)
    with tempfile.TemporaryDirectory() as folder:
        worker = Worker(dataset, Path(folder))
        for number in range(1, trainings + 1):
            architecture = space.architecture(RandomHyperParameters(random))
            while not CAPS.allow(architecture.cost()):
                architecture = space.architecture(RandomHyperParameters(random))
            *_, last_event = worker.do(Job(number, architecture, seed=number, recipe=ONE_CYCLE, milestones=(1,)))
            assert isinstance(last_event, JobDone), last_event
            if number % PRINT_EVERY == 0:
                print(f"{number:5} trainings  {resident_megabytes():7.1f} MB", flush=True)


def main() -> None:
    """Read the flags, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trainings", type=int, default=1_000)
    measure(parser.parse_args().trainings)


if __name__ == "__main__":
    main()

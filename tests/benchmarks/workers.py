"""Images a second of all workers together: a process a core with one thread, against one process with all of them.

    python -m tests.benchmarks.workers --rounds 3 --output FILE.json

Real worker processes, on CIFAR-10; the ways take turns. The first epoch of a process is not counted.
"""

import argparse
import json
import statistics
from pathlib import Path

from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers.local_pool import LocalPool
from search.workers.machine import Plan, plan
from search.workers.messages import EpochDone, Job, JobDone
from tests.benchmarks.networks import NETWORKS

EPOCHS = 3


def together(pool: LocalPool, architecture, workers: int) -> float:
    """Images a second of as many trainings of a network as there are workers, at the same time."""
    for number in range(workers):
        pool.start(Job(number, architecture, seed=number, recipe=ONE_CYCLE, milestones=(EPOCHS,)))
    speeds: dict[int, list[float]] = {number: [] for number in range(workers)}
    running = workers
    while running:
        for event in pool.events(timeout=1):
            match event:
                case EpochDone():
                    speeds[event.trial].append(event.epoch[5])
                case JobDone():
                    running -= 1
    return sum(statistics.median(found[1:]) for found in speeds.values())


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--train-limit", type=int, default=20_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    dataset = load("cifar10", train_limit=options.train_limit)
    many = plan()
    one = Plan(1, many.workers * many.threads)
    speeds: dict[str, dict[str, list[float]]] = {name: {"many": [], "one": []} for name in NETWORKS}
    with LocalPool(dataset, many) as processes, LocalPool(dataset, one) as process:
        for _ in range(options.rounds):
            for name, architecture in NETWORKS.items():
                speeds[name]["many"].append(together(processes, architecture, many.workers))
                speeds[name]["one"].append(together(process, architecture, 1))
    found = {}
    for name, both in speeds.items():
        medians = {way: statistics.median(values) for way, values in both.items()}
        found[name] = {**medians, "ratio": medians["many"] / medians["one"]}
        print(
            f"{name:10} {many.words()}: {medians['many']:7,.0f} images/s; {one.words()}: {medians['one']:7,.0f}; "
            f"ratio {found[name]['ratio']:.2f}"
        )
    if options.output:
        options.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

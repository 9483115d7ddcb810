"""Images a second of all workers together: one process for each core with one thread, or one process with all threads.

    python -m tests.benchmarks.workers --rounds 3 --output FILE.json

The workers are real processes that train on CIFAR-10. Both ways take turns. The first epoch of a training, which
compiles the network, does not count.
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


def images_per_second(pool: LocalPool, architecture, workers: int) -> float:
    """Images a second in all, while each worker trains the network at the same time."""
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
    return sum(statistics.median(speeds_of_trial[1:]) for speeds_of_trial in speeds.values())


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--train-limit", type=int, default=20_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    dataset = load("cifar10", train_limit=options.train_limit)
    many_workers = plan()
    one_worker = Plan(1, many_workers.workers * many_workers.threads)
    speeds: dict[str, dict[str, list[float]]] = {name: {"many": [], "one": []} for name in NETWORKS}
    with LocalPool(dataset, many_workers) as many_pool, LocalPool(dataset, one_worker) as one_pool:
        for _ in range(options.rounds):
            for name, architecture in NETWORKS.items():
                speeds[name]["many"].append(images_per_second(many_pool, architecture, many_workers.workers))
                speeds[name]["one"].append(images_per_second(one_pool, architecture, 1))
    results = {}
    for name, speeds_by_way in speeds.items():
        medians = {way: statistics.median(values) for way, values in speeds_by_way.items()}
        results[name] = {**medians, "ratio": medians["many"] / medians["one"]}
        print(
            f"{name:10} {many_workers.words()}: {medians['many']:7,.0f} images/s; "
            f"{one_worker.words()}: {medians['one']:7,.0f}; "
            f"ratio {results[name]['ratio']:.2f}"
        )
    if options.output:
        options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""How well a short training ranks networks as a long training does, and what it costs. On real CIFAR-10.

    python -m tests.benchmarks.rung_ranks --networks 24 --train-limit 10000 --output FILE.json

Random networks of the hybrid space, evenly spread over cost, are trained three times each:

- `stages`: as in the search: one schedule for each rung, at whose end the learning rate is zero;
- `single`: one schedule over all epochs, whose validation accuracy and training loss are read at each rung;
- `part`: one schedule with the steps of the first rung, on a third of the images.

The result is the rank correlation (Spearman's) of each signal with the accuracy of another, independent full training,
which a decision at a low rung predicts. The file is written after every network.
"""

import argparse
import dataclasses
import json
from pathlib import Path
from random import Random

import numpy as np
from scipy.stats import spearmanr

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from search.training.datasets import load
from search.training.environment import import_tensorflow
from search.training.recipe import ONE_CYCLE
from spaces.hybrid import HybridSpace

CAP = 25e6  # FLOPs
DRAWS = 200  # random networks for each one that is trained


def networks(number: int, seed: int) -> list:
    """Random networks under the cap, evenly spread over the logarithm of their cost."""
    random, space = Random(seed), HybridSpace()
    draws = [space.architecture(RandomHyperParameters(random)) for _ in range(number * DRAWS)]
    allowed = [one for one in draws if Caps(flops=CAP, parameters=None).allow(one.cost())]
    logs = np.log([one.cost().multiply_adds for one in allowed])
    low, high = np.quantile(logs, [0.02, 0.98])
    targets = low + (high - low) * (np.arange(number) + 0.5) / number
    chosen = [allowed[int(np.abs(logs - target).argmin())] for target in targets]
    random.shuffle(chosen)
    return chosen


def train(architecture, dataset, *, milestones: list[int], seed: int) -> list[dict[str, float]]:
    """Every epoch of one training, with its accuracy, loss and seconds."""
    import keras

    from search.training.trainer import Training

    keras.backend.clear_session()
    training = Training(architecture, dataset, recipe=ONE_CYCLE, seed=seed)
    return [dataclasses.asdict(epoch) for milestone in milestones for epoch in training.train_to(milestone)]


def correlations(results: list[dict], ladder: list[int]) -> dict[str, dict[str, float]]:
    """Rank correlation of each signal with an independent full training, and its share of that training's seconds."""
    full_single = [one["single"][-1]["accuracy"] for one in results]
    full_stages = [one["stages"][-1]["accuracy"] for one in results]
    total = sum(sum(epoch["seconds"] for epoch in one["single"]) for one in results)

    def row(values: list[float], target: list[float], seconds: float) -> dict[str, float]:
        return {"rank_correlation": float(spearmanr(values, target)[0]), "share_of_time": seconds / total}

    rows = {}
    for rung in ladder:
        for name, target in (("stages", full_single), ("single", full_stages)):
            histories = [one[name][:rung] for one in results]
            seconds = sum(epoch["seconds"] for history in histories for epoch in history)
            rows[f"{name}: accuracy after {rung}"] = row(
                [history[-1]["accuracy"] for history in histories], target, seconds
            )
            rows[f"{name}: loss of epoch {rung}"] = row(
                [-history[-1]["loss"] for history in histories], target, seconds
            )
            sums = [-sum(epoch["loss"] for epoch in history) for history in histories]
            rows[f"{name}: loss of epochs 1 to {rung}"] = row(sums, target, seconds)
    seconds = sum(epoch["seconds"] for one in results for epoch in one["part"])
    rows["part: accuracy"] = row([one["part"][-1]["accuracy"] for one in results], full_single, seconds)
    return rows


def main() -> None:
    """Train, write, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=24)
    parser.add_argument("--train-limit", type=int, default=10_000)
    parser.add_argument("--ladder", type=int, nargs="+", default=[1, 3, 9])
    parser.add_argument("--data-dir")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()

    import_tensorflow(threads=options.threads)
    source = {"data_dir": options.data_dir, "image_size": None, "seed": options.seed}
    whole = load("cifar10", train_limit=options.train_limit, **source)
    part = load("cifar10", train_limit=options.train_limit * options.ladder[0] // options.ladder[1], **source)
    results: list[dict] = []
    for number, architecture in enumerate(networks(options.networks, options.seed)):
        results.append(
            {
                "macs": architecture.cost().multiply_adds,
                "words": architecture.words(),
                "stages": train(architecture, whole, milestones=options.ladder, seed=2 * number),
                "single": train(architecture, whole, milestones=options.ladder[-1:], seed=2 * number + 1),
                "part": train(architecture, part, milestones=options.ladder[1:2], seed=2 * number),
            }
        )
        print(f"{number + 1}: {architecture.words()}  {results[-1]['single'][-1]['accuracy']:.3f}", flush=True)
        summary = correlations(results, options.ladder) if number > 1 else {}
        content = {"settings": vars(options), "correlations": summary, "results": results}
        Path(options.output).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for signal, row in summary.items():
        print(f"{row['rank_correlation']:.3f}  {100 * row['share_of_time']:5.1f} % of the time  {signal}")


if __name__ == "__main__":
    main()

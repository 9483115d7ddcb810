"""Validation accuracy on CIFAR-10 after a whole training of 1, 3 and 9 epochs, by recipe.

    python -m tests.benchmarks.recipes --recipes one-cycle notebook --networks hybrid resnet8 --output FILE.json

Fields of a recipe can be replaced: `one-cycle,learning_rate=0.2,crop=2`. Every training has a whole schedule of its own
length; with `--rungs` there is one training, with a schedule for each rung, as in a search. The file is written after
every training.
"""

import argparse
import ast
import dataclasses
import json
import time
from pathlib import Path

from search.training.datasets import load
from search.training.environment import import_tensorflow
from search.training.recipe import RECIPES, Recipe
from spaces.reference import REFERENCES
from tests.benchmarks import networks

NETWORKS = {**networks.NETWORKS, **{name: make() for name, make in REFERENCES.items()}}


def recipe_of(text: str) -> Recipe:
    """A recipe with some fields replaced: `name,field=value,...`."""
    name, *changes = text.split(",")
    fields = dict(change.split("=") for change in changes)
    return dataclasses.replace(RECIPES[name], **{field: _literal(value) for field, value in fields.items()})


def _literal(text: str):
    try:
        return ast.literal_eval(text)
    except ValueError:
        return text


def train(name: str, recipe: Recipe, dataset, *, rungs: list[int], seed: int) -> dict[str, float]:
    """Accuracy, 0 to 1, at these rungs of one training; its loss at the end, images a second, and seconds."""
    import keras

    from search.training.trainer import Training

    keras.backend.clear_session()
    training = Training(NETWORKS[name], dataset, recipe=recipe, seed=seed)
    started = time.perf_counter()
    for rung in rungs:
        *_, last = training.train_to(rung)
    return {
        "rungs": {rung: training.history[rung - 1].accuracy for rung in rungs},
        "accuracy": last.accuracy,
        "loss": last.loss,
        "images_per_second": last.images_per_second,
        "seconds": time.perf_counter() - started,
    }


def main() -> None:
    """Train, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipes", nargs="+", default=list(RECIPES), metavar="NAME[,FIELD=VALUE...]")
    parser.add_argument("--networks", nargs="+", choices=list(NETWORKS), default=["hybrid", "resnet8"])
    parser.add_argument("--epochs", type=int, nargs="+", default=[1, 3, 9])
    parser.add_argument("--rungs", action="store_true", help="take --epochs as the rungs of one training")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--split", type=int, default=0, metavar="SEED", help="of the choice of validation images")
    parser.add_argument("--train-limit", type=int)
    parser.add_argument("--data-dir")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()

    import_tensorflow(threads=options.threads)
    dataset = load(
        "cifar10", data_dir=options.data_dir, image_size=None, seed=options.split, train_limit=options.train_limit
    )
    results = []
    for rungs in [options.epochs] if options.rungs else [[epochs] for epochs in options.epochs]:
        for seed in options.seeds:
            for name in options.networks:
                for text in options.recipes:
                    result = train(name, recipe_of(text), dataset, rungs=rungs, seed=seed)
                    results.append({"recipe": text, "network": name, "epochs": rungs[-1], "seed": seed, **result})
                    print(
                        f"{rungs[-1]:3} epochs  {name:10} seed {seed}  {100 * result['accuracy']:5.2f} %  "
                        f"{result['images_per_second']:6.0f} images/s  {text}",
                        flush=True,
                    )
                    Path(options.output).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

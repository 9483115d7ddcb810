"""Predicted RAM and flash of random networks beside those of their int8 files.

    python -m tests.benchmarks.int8_memory --networks 100 --output FILE.json
    python -m tests.benchmarks.int8_memory --networks 100 --image 48 48 1 --classes 2 --output FILE.json

Each network of the default space is built with random weights and exported as int8. RAM is what TensorFlow Lite Micro's
interpreter records for tensors, flash is the size of the file. The worst ones are printed last.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from random import Random

from search.optimizer.networks.hyperparameters import RandomHyperParameters
from spaces.architecture import Architecture
from spaces.hybrid import HybridSpace

MAX_PARAMETERS = 2_000_000
"""Larger networks fit no microcontroller, and their conversion takes long."""

Row = dict[str, object]


def networks(count: int, *, image: tuple[int, int, int], classes: int, seed: int) -> Iterable[Architecture]:
    """Different random networks of the default space."""
    space, random, keys = HybridSpace(input_shape=image, classes=classes), Random(seed), set[str]()
    while len(keys) < count:
        network = space.architecture(RandomHyperParameters(random))
        if network.key not in keys and network.cost().parameters <= MAX_PARAMETERS:
            keys.add(network.key)
            yield network


def measured(network: Architecture, *, seed: int) -> Row:
    """One network: predicted and measured, and by how many percent the prediction is higher."""
    from search.devices import micro
    from tests.spaces.int8.converted import int8_file

    file, cost = int8_file(network, seed=seed), network.cost()
    assert cost.ram_bytes is not None and cost.flash_bytes is not None
    ram = micro.arena(file).tensors
    return {
        "network": network.words(),
        "ram": cost.ram_bytes,
        "measured_ram": ram,
        "ram_percent": round(100 * (cost.ram_bytes / ram - 1), 3),
        "flash": cost.flash_bytes,
        "measured_flash": len(file),
        "flash_percent": round(100 * (cost.flash_bytes / len(file) - 1), 3),
    }


def worst(rows: list[Row], name: str) -> Row:
    """The row whose prediction is farthest off, in percent."""
    return max(rows, key=lambda row: abs(float(str(row[f"{name}_percent"]))))


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=100)
    parser.add_argument("--image", type=int, nargs=3, default=(32, 32, 3), metavar=("HEIGHT", "WIDTH", "CHANNELS"))
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    from search.training.environment import import_tensorflow

    import_tensorflow(threads=1)
    rows: list[Row] = []
    for network in networks(options.networks, image=tuple(options.image), classes=options.classes, seed=options.seed):
        rows.append(measured(network, seed=len(rows)))
        print(*[f"{name} {value}" for name, value in list(rows[-1].items())[1:]], rows[-1]["network"], flush=True)
    results = {"worst_ram": worst(rows, "ram"), "worst_flash": worst(rows, "flash")}
    print(json.dumps(results, indent=1))
    if options.output:
        options.output.write_text(json.dumps({**results, "networks": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

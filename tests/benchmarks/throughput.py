"""Images a second of our trainer, of Keras's `fit` and of PyTorch.

    python -m tests.benchmarks.throughput --networks found --output FILE.json

`--networks found` are ten as the fronts of searches have them; `--networks notebook`, the default, are StandardCNN,
SeparableCNN and a hybrid. Each system trains in a process of its own. The systems take turns, one epoch at a time, for
several rounds, and never run at once. The first epoch of each, which compiles, does not count. The systems:

- `ours`: our trainer with the default recipe, with augmentation;
- `keras_fit`: `model.fit` on arrays with default settings, without augmentation;
- `keras_fit_tuned`: the fastest `fit` known: oneDNN on, and a pipeline without autotuning, without augmentation;
- `pytorch`: channels last, without augmentation, zeros on all sides of an image. Only if PyTorch is installed;
- `pytorch_autocast`: the same in bfloat16, where PyTorch's autocast uses it.

All use as many threads as the process may use cores (`taskset` decides). The ratio to PyTorch is that to the quicker
of its two. Its Adam is fused, and the batches are taken from a tensor in memory.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from search.training.environment import cores
from spaces.architecture import Architecture
from spaces.model_io import LOGITS
from tests.benchmarks.networks import FOUND, NETWORKS

SYSTEMS = ("ours", "keras_fit", "keras_fit_tuned", "pytorch", "pytorch_autocast")
BATCH = 128
TIMED = {
    "notebook": {name: NETWORKS[name] for name in ("standard", "separable", "hybrid")},
    "found": {network.words(): network for network in FOUND},
}


def random_images(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Random images and labels, since the speed does not depend on them."""
    random = np.random.default_rng(0)
    return random.integers(0, 256, (number, 32, 32, 3), dtype=np.uint8), random.integers(0, 10, number)


def random_dataset(number: int):
    """A data set of random images in ten classes, for training; 500 of them are for validation, too."""
    from search.training.datasets.dataset import make_dataset

    images, labels = random_images(number)
    part = images[:500], labels[:500]
    classes = tuple("0123456789")
    return make_dataset("random", train=(images, labels), validation=part, class_names=classes, mirrorable=True)


def ours(architecture: Architecture, number: int) -> Callable[[], None]:
    """A function that trains one epoch with our trainer."""
    from search.training.environment import set_up_worker
    from search.training.recipe import ONE_CYCLE

    set_up_worker(threads=cores())
    from search.training.trainer import Training

    training = Training(architecture, random_dataset(number), recipe=ONE_CYCLE, seed=0)
    epochs = training.train_to(1_000)
    return lambda: next(epochs)


def keras_fit(architecture: Architecture, number: int, *, tuned: bool = False) -> Callable[[], None]:
    """A function that trains one epoch with `fit`."""
    import keras
    import tensorflow as tf

    images, labels = random_images(number)
    pixels = images.astype("float32") / 255
    model = architecture.build()
    model.compile(keras.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    if not tuned:
        return lambda: model.fit(pixels, labels, batch_size=BATCH, verbose=0)
    options = tf.data.Options()
    options.autotune.enabled = False
    pipeline = tf.data.Dataset.from_tensor_slices((pixels, labels)).shuffle(10_000).batch(BATCH, drop_remainder=True)
    pipeline = pipeline.prefetch(2).with_options(options)
    return lambda: model.fit(pipeline, verbose=0)


def pytorch(architecture: Architecture, number: int, *, autocast: bool = False) -> Callable[[], None]:
    """A function that trains one epoch in a plain PyTorch loop."""
    import keras
    import torch

    from tests.benchmarks.pytorch_network import checked_network

    torch.set_num_threads(cores())
    built = architecture.build()
    logits = keras.Model(built.inputs, built.get_layer(LOGITS).output)
    model = checked_network(logits).to(memory_format=torch.channels_last).train()
    optimizer, loss = torch.optim.Adam(model.parameters(), 0.001, fused=True), torch.nn.CrossEntropyLoss()
    images, labels = random_images(number)
    pixels = torch.tensor(images).permute(0, 3, 1, 2).float().div(255).contiguous(memory_format=torch.channels_last)
    targets = torch.tensor(labels)

    def epoch() -> None:
        order = torch.randperm(number)
        for start in range(0, number - BATCH + 1, BATCH):
            index = order[start : start + BATCH]
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                value = loss(model(pixels[index]), targets[index])
            value.backward()
            optimizer.step()

    return epoch


def serve(system: str, name: str, number: int) -> None:
    """Train one epoch for each line of the standard input, and write its images a second as a line."""
    makers = {
        "ours": ours,
        "keras_fit": keras_fit,
        "keras_fit_tuned": lambda *arguments: keras_fit(*arguments, tuned=True),
        "pytorch": pytorch,
        "pytorch_autocast": lambda *arguments: pytorch(*arguments, autocast=True),
    }
    results = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Libraries must not print between the results.
    epoch = makers[system]({**TIMED["notebook"], **TIMED["found"]}[name], number)
    for _ in sys.stdin:
        started = time.perf_counter()
        epoch()
        print((number // BATCH * BATCH) / (time.perf_counter() - started), file=results, flush=True)


class Process:
    """A system in a process of its own."""

    def __init__(self, system: str, name: str, number: int) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("TF_", "OMP_"))}
        environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
        threads = str(cores())
        environment |= {"TF_NUM_INTRAOP_THREADS": threads, "OMP_NUM_THREADS": threads}
        if system == "keras_fit_tuned":
            environment["TF_ENABLE_ONEDNN_OPTS"] = "1"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.throughput", "--serve", system, name, str(number)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def epoch(self) -> float:
        """Train one epoch, and return its images a second."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(self._process.args[-4:])} ended; its error is above.")
        return float(line)

    def end(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


def measure(name: str, *, number: int, rounds: int) -> dict[str, dict[str, float]]:
    """Median images a second of each system for one network, and our trainer's ratio to each of the others."""
    has_torch = importlib.util.find_spec("torch") is not None
    systems = [system for system in SYSTEMS if has_torch or not system.startswith("pytorch")]
    processes = {system: Process(system, name, number) for system in systems}
    speeds: dict[str, list[float]] = {system: [] for system in systems}
    for round_number in range(rounds + 1):
        for system, process in processes.items():
            speed = process.epoch()
            if round_number:  # The first epoch compiles.
                speeds[system].append(speed)
    for process in processes.values():
        process.end()
    medians = {system: statistics.median(values) for system, values in speeds.items()}
    ratios = {system: medians["ours"] / median for system, median in medians.items() if system.startswith("keras")}
    if has_torch:
        ratios["pytorch"] = medians["ours"] / max(medians["pytorch"], medians["pytorch_autocast"])
    return {"images_per_second": medians, "ratio": ratios}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=45_000, help="in an epoch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--networks", choices=TIMED, default="notebook")
    parser.add_argument("--output")
    parser.add_argument("--serve", nargs=3, metavar=("SYSTEM", "NETWORK", "IMAGES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.images < BATCH:
        parser.error(f"--images must be at least {BATCH}, one batch; got {options.images}")
    if options.serve:
        serve(options.serve[0], options.serve[1], int(options.serve[2]))
        return
    results = {}
    for name, network in TIMED[options.networks].items():
        results[name] = measure(name, number=options.images, rounds=options.rounds)
        results[name]["multiply_adds"] = network.cost().multiply_adds
        print(name, json.dumps(results[name]), flush=True)
    if options.output:
        with open(options.output, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=2)


if __name__ == "__main__":
    main()

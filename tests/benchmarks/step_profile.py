"""Where the time of a training step goes: shares of its operations, by kind, for six networks on one core.

    python -m tests.benchmarks.step_profile --output FILE.json

TensorFlow's profiler records each operation of 20 steps of 128 images. The time of an operation is its median over the
steps, so that what else the machine does counts little. The share of the peak compares the multiplications and
additions of a step, three times those of a forward pass, with what a large matrix product reaches on the same core.
"""

import argparse
import glob
import json
import statistics
import tempfile
import time
from collections import Counter, defaultdict

from search.training.environment import precision, set_up_worker
from tests.benchmarks.networks import FOUND, NETWORKS
from tests.benchmarks.throughput import random_dataset

STEPS = 20
BATCH = 128
PROFILED = [*(FOUND[index] for index in (7, 3, 4, 6)), NETWORKS["standard"], NETWORKS["resnet8"]]
COMPILED = "activation/compiled:loops"
"""All loops that XLA made; the profile has no layers for them. Only activations are compiled."""

SIDE = 2048
"""Of the square matrices whose product gives the peak."""


def kind(name: str) -> str:
    """What an operation is for, by its name in the profile: the path in the graph, then the operation's type."""
    path, operation = name.rsplit(":", 1)
    if "PartitionedCall" in path or "ApplyKerasMomentum" in operation:
        return "optimizer"
    if operation in ("GatherV2", "StatelessRandomUniformV2"):
        return "augmentation"
    if "functional" not in path and "activation" not in path:
        return "rest of the step"
    return next((what for part, what in _OF_LAYERS.items() if part in operation or part in path), "other layers")


_OF_LAYERS = {
    "DepthwiseConv2d": "depthwise convolutions",
    "Conv2D": "standard convolutions",
    "Tensordot": "1x1 convolutions",
    "norm": "BatchNorm",
    "activation": "activations",
    "Pool": "pooling",
    "Cast": "conversions of precision",
}
"""Parts of an operation's type or path, and what it then is for. The first that fits counts."""


def operation_milliseconds(training) -> dict[str, float]:
    """Milliseconds of each operation in one step."""
    import tensorflow as tf
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    epochs = training.train_to(1_000)
    next(epochs)
    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            next(epochs)
        (file,) = glob.glob(f"{folder}/**/*.xplane.pb", recursive=True)
        space = xplane_pb2.XSpace()
        with open(file, "rb") as stream:
            space.ParseFromString(stream.read())
    durations, compiled = defaultdict(list), []
    for plane in space.planes:
        for event in (event for line in plane.lines if line.name.startswith("tf_") for event in line.events):
            name = plane.event_metadata[event.metadata_id].name
            if name.startswith("while/body"):
                durations[name].append(event.duration_ps / 1e9)
            elif name.endswith("fusion") and not name.startswith("end: "):
                compiled.append(event.duration_ps / 1e9)
    of_operations = {name: statistics.median(values) * len(values) / STEPS for name, values in durations.items()}
    return of_operations | {COMPILED: sum(compiled) / STEPS}


def matrix_peak() -> float:
    """Operations a second of a large matrix product in the precision that trainings use."""
    import tensorflow as tf

    matrix = tf.cast(tf.random.normal((SIDE, SIDE)), "bfloat16" if precision() == "mixed_bfloat16" else "float32")
    seconds = []
    for _ in range(6):
        started = time.perf_counter()
        tf.matmul(matrix, matrix).numpy()
        seconds.append(time.perf_counter() - started)
    return 2 * SIDE**3 / min(seconds)


def main() -> None:
    """Profile, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output")
    options = parser.parse_args()
    set_up_worker(threads=1)
    from search.training.recipe import ONE_CYCLE
    from search.training.trainer import Training

    peak, results = matrix_peak(), {}
    for network in PROFILED:
        started = time.perf_counter()
        training = Training(network, random_dataset(BATCH * STEPS), recipe=ONE_CYCLE, seed=0)
        to_start = time.perf_counter() - started
        operations = operation_milliseconds(training)
        total, by_kind = sum(operations.values()), Counter()
        for name, milliseconds in operations.items():
            by_kind[kind(name)] += milliseconds / total
        results[network.words()] = {
            "milliseconds": total,
            "seconds_to_start": to_start,
            "share_of_peak": 6 * network.cost().multiply_adds * BATCH / (total / 1e3) / peak,
            "shares": dict(by_kind.most_common()),
        }
        shares = ", ".join(f"{what} {100 * share:.0f}" for what, share in by_kind.most_common())
        print(f"{network.words()}: {total:.1f} ms; {100 * results[network.words()]['share_of_peak']:.0f} % of the peak")
        print(f"    {shares}", flush=True)
    if options.output:
        content = {"peak_operations_per_second": peak, "networks": results}
        with open(options.output, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)


if __name__ == "__main__":
    main()

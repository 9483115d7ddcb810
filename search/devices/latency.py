"""Latency: how long a network takes for a batch of images, measured."""

import contextlib
import math
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search.devices.formats import FORMATS, Run, write_and_load
from search.training.environment import import_tensorflow
from spaces.network import Network

BATCHES = (1, 32)
ROUNDS = 5
"""Formats and batch sizes take turns, so that a slow moment of the machine affects all alike."""

SECONDS_A_ROUND = 0.1
FEWEST_RUNS = 5  # a round
MOST_RUNS = 200
WARM_UP_RUNS = 3

LATENCY_FORMAT = "litert"
"""The format in which networks are timed where one latency is needed: batch 1, one thread."""


@dataclass(frozen=True)
class Latency:
    """Time for a batch, without the first, slower runs.

    Attributes:
        format: A name of `FORMATS`.
        batch: Images in a batch.
        threads: Threads that the runtime may use.
        median_ms: Median in milliseconds.
        low_ms, high_ms: The tenth and the ninetieth percentile.
        runs: How many runs were timed; none if the network can't be written in the format, whose time is then infinite.
    """

    format: str
    batch: int
    threads: int
    median_ms: float
    low_ms: float
    high_ms: float
    runs: int


def measure(files: Mapping[str, Path], *, image_shape: tuple[int, int, int], threads: int) -> list[Latency]:
    """Time files of any formats, with batches of 1 and 32.

    This happens in a process of its own, since a runtime's number of threads can be set only once.

    Args:
        files: Path by format.
        image_shape: (height, width, channels).
        threads: Threads of each runtime.
    """
    runs = {(name, batch): (name, path, batch) for name, path in files.items() for batch in BATCHES}
    timed = _in_own_process(runs, image_shape, threads)
    return [_summary(*key, threads, seconds) for key, seconds in timed.items()]


def measure_networks(architectures: Sequence[Network]) -> list[Latency]:
    """Time for one image on one thread in LiteRT, by network. Weights are random: they do not matter for the time.

    Args:
        architectures: Networks of one input shape.
    """
    import_tensorflow()
    with tempfile.TemporaryDirectory(prefix="search-latency-") as folder:
        paths = [_written(architecture, Path(folder, str(index))) for index, architecture in enumerate(architectures)]
        runs = {index: (LATENCY_FORMAT, path, 1) for index, path in enumerate(paths) if path is not None}
        timed = _in_own_process(runs, architectures[0].input_shape, 1)
    return [_summary(LATENCY_FORMAT, 1, 1, timed.get(index, [])) for index in range(len(architectures))]


def _written(architecture: Network, folder: Path) -> Path | None:
    """The network's file; None if it can't be written and loaded."""
    folder.mkdir()
    no_images = np.zeros((0, *architecture.input_shape), np.uint8)
    with contextlib.suppress(Exception):  # Converters and runtimes raise nearly anything.
        return write_and_load(LATENCY_FORMAT, architecture.build(), folder, calibration=no_images)[0]
    return None


def _in_own_process(runs: Mapping, image_shape, threads: int) -> dict:
    """Seconds of each run, by key; `runs` has the format, the file and the batch size."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        return executor.submit(_load_and_time, dict(runs), image_shape, threads).result()


def _load_and_time(runs: Mapping, image_shape, threads: int) -> dict:
    import_tensorflow(threads=threads)
    loaded = {
        key: (FORMATS[name].load(path, threads=threads), _images(batch, image_shape))
        for key, (name, path, batch) in runs.items()
    }
    return time_in_turns(loaded)


def time_in_turns(
    runs: Mapping[Any, tuple[Run, np.ndarray]], *, clock: Callable[[], float] = time.perf_counter
) -> dict:
    """Time several functions round by round, after some runs that are not timed.

    Args:
        runs: By any key, a function and the images that it takes.
        clock: Seconds, from any origin.
    Returns:
        Seconds of each run, by key.
    """
    for run, images in runs.values():
        for _ in range(WARM_UP_RUNS):
            run(images)
    seconds: dict = {key: [] for key in runs}
    for _ in range(ROUNDS):
        for key, (run, images) in runs.items():
            seconds[key] += _seconds_of_a_round(run, images, clock)
    return seconds


def _seconds_of_a_round(run: Run, images: np.ndarray, clock: Callable[[], float]) -> list[float]:
    seconds: list[float] = []
    while len(seconds) < FEWEST_RUNS or (sum(seconds) < SECONDS_A_ROUND and len(seconds) < MOST_RUNS):
        started = clock()
        run(images)
        seconds.append(clock() - started)
    return seconds


def _images(batch: int, image_shape) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (batch, *image_shape), dtype=np.uint8)


def _summary(name: str, batch: int, threads: int, seconds: Sequence[float]) -> Latency:
    if not seconds:
        return Latency(name, batch, threads, math.inf, math.inf, math.inf, runs=0)
    low, high = np.percentile(seconds, [10, 90])
    return Latency(
        name, batch, threads, 1000 * statistics.median(seconds), 1000 * float(low), 1000 * float(high), len(seconds)
    )

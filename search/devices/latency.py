"""How long a network takes for a batch of images: measured, for FLOPs are not time."""

import multiprocessing
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.training.environment import import_tensorflow
from spaces.architecture import Architecture

BATCHES = (1, 32)
ROUNDS = 5
"""Formats and batches take turns, so that a slow moment of the machine falls on all alike."""

SECONDS_A_ROUND = 0.1
FEWEST_RUNS = 5  # a round
MOST_RUNS = 200
WARM_UP_RUNS = 3

PICKED_BY = "litert"
"""The format whose latency, batch 1 and one thread, networks are picked by."""


@dataclass(frozen=True)
class Latency:
    """Time of a batch, over warm runs.

    Attributes:
        format: A name of `FORMATS`.
        batch: Images.
        threads: That the runtime may use.
        median_ms: Milliseconds.
        low_ms, high_ms: The tenth and the ninetieth percentile.
        runs: How many.
    """

    format: str
    batch: int
    threads: int
    median_ms: float
    low_ms: float
    high_ms: float
    runs: int


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def measure(files: Mapping[str, Path], *, image_shape: tuple[int, int, int], threads: int) -> list[Latency]:
    """Time files of any formats, with batches of 1 and 32.

    Runtimes take their number of threads once, so this happens in a process of its own.

    Args:
        files: Path by format.
        image_shape: (height, width, channels).
        threads: Of each runtime.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        timed = executor.submit(_measure, dict(files), image_shape, threads).result()
    return [_summary(*key, threads, seconds) for key, seconds in timed.items()]


def measure_networks(architectures: Sequence[Architecture], folder: Path) -> list[Latency]:
    """Time of one image on one thread in LiteRT, by network; the weights, which do not matter, are fresh.

    Args:
        architectures: Of one input shape.
        folder: For the files, which are left there.
    """
    from search.devices.formats import write

    files = {}
    for index, architecture in enumerate(architectures):
        place = folder / str(index)
        place.mkdir()
        nothing = np.zeros((0, *architecture.input_shape), np.uint8)
        files[index] = write(PICKED_BY, architecture.build(), place, calibration=nothing)
    shape = architectures[0].input_shape
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        timed = executor.submit(_measure_alike, PICKED_BY, list(files.values()), shape).result()
    return [_summary(PICKED_BY, 1, 1, seconds) for seconds in timed]


def _measure(files: Mapping[str, Path], image_shape, threads: int) -> dict[tuple[str, int], list[float]]:
    from search.devices.formats import FORMATS

    import_tensorflow(threads=threads)
    runs = {}
    for name, path in files.items():
        for batch in BATCHES:
            runs[name, batch] = FORMATS[name].load(path, threads=threads), _images(batch, image_shape)
    return _in_turns(runs)


def _measure_alike(name: str, paths: Sequence[Path], image_shape) -> list[list[float]]:
    from search.devices.formats import FORMATS

    import_tensorflow(threads=1)
    image = _images(1, image_shape)
    timed = _in_turns({index: (FORMATS[name].load(path, threads=1), image) for index, path in enumerate(paths)})
    return list(timed.values())


def _in_turns(runs: Mapping) -> dict:
    """Seconds of warm runs, by key; `runs` has functions and what they take."""
    for run, images in runs.values():
        for _ in range(WARM_UP_RUNS):
            run(images)
    seconds: dict = {key: [] for key in runs}
    for _ in range(ROUNDS):
        for key, (run, images) in runs.items():
            seconds[key] += _timed(run, images)
    return seconds


def _timed(run, images: np.ndarray) -> list[float]:
    seconds: list[float] = []
    while len(seconds) < FEWEST_RUNS or (sum(seconds) < SECONDS_A_ROUND and len(seconds) < MOST_RUNS):
        started = time.perf_counter()
        run(images)
        seconds.append(time.perf_counter() - started)
    return seconds


def _images(batch: int, image_shape) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (batch, *image_shape), dtype=np.uint8)


def _summary(name: str, batch: int, threads: int, seconds: Sequence[float]) -> Latency:
    low, high = np.percentile(seconds, [10, 90])
    return Latency(
        name, batch, threads, 1000 * statistics.median(seconds), 1000 * float(low), 1000 * float(high), len(seconds)
    )

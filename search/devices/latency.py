"""How long a network takes for a batch of images: measured, for FLOPs are not time."""

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.devices.formats import FORMATS, write
from search.training.environment import import_tensorflow
from spaces.network import Network

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


def measure(files: Mapping[str, Path], *, image_shape: tuple[int, int, int], threads: int) -> list[Latency]:
    """Time files of any formats, with batches of 1 and 32.

    Runtimes take their number of threads once, so this happens in a process of its own.

    Args:
        files: Path by format.
        image_shape: (height, width, channels).
        threads: Of each runtime.
    """
    runs = {(name, batch): (name, path, batch) for name, path in files.items() for batch in BATCHES}
    timed = _in_own_process(runs, image_shape, threads)
    return [_summary(*key, threads, seconds) for key, seconds in timed.items()]


def measure_networks(architectures: Sequence[Network]) -> list[Latency]:
    """Time of one image on one thread in LiteRT, by network; the weights, which do not matter, are fresh.

    Args:
        architectures: Of one input shape.
    """
    import_tensorflow()
    with tempfile.TemporaryDirectory(prefix="search-latency-") as folder:
        runs = {
            index: (PICKED_BY, _written(architecture, Path(folder, str(index))), 1)
            for index, architecture in enumerate(architectures)
        }
        timed = _in_own_process(runs, architectures[0].input_shape, 1)
    return [_summary(PICKED_BY, 1, 1, seconds) for seconds in timed.values()]


def _written(architecture: Network, folder: Path) -> Path:
    folder.mkdir()
    nothing = np.zeros((0, *architecture.input_shape), np.uint8)
    return write(PICKED_BY, architecture.build(), folder, calibration=nothing)


def _in_own_process(runs: Mapping, image_shape, threads: int) -> dict:
    """Seconds of warm runs, by key; `runs` has the format, the file and the batch."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        return executor.submit(_load_and_time, dict(runs), image_shape, threads).result()


def _load_and_time(runs: Mapping, image_shape, threads: int) -> dict:
    import_tensorflow(threads=threads)
    loaded = {
        key: (FORMATS[name].load(path, threads=threads), _images(batch, image_shape))
        for key, (name, path, batch) in runs.items()
    }
    return _in_turns(loaded)


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

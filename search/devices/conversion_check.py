"""Finds out, before a network is trained, in which formats it can be written: each is tried on the untrained network.

A converter may fail, and may end its whole process. So the trials have a process of their own. They take seconds.
"""

import functools
import multiprocessing
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np

from search.devices.formats import problem_of, write_and_load
from search.training.environment import import_tensorflow
from spaces.network import Network

IMAGES = 2
"""Images that a file is calibrated with and tried on. With untrained weights there is nothing to measure."""

CRASHED = "the converter ended its process"


def unwritable_formats(networks: Sequence[Network], formats: Sequence[str]) -> list[Mapping[str, str]]:
    """For each network, the formats in which it can't be written or read back, with the reason.

    Args:
        networks: Not trained.
        formats: Names of `FORMATS` whose packages are installed.
    """
    with _Process() as process:
        problems = [{name: process.problem(network, name) for name in formats} for network in networks]
    return [{name: problem for name, problem in each.items() if problem} for each in problems]


class _Process:
    """A process that tries formats, started again after one has ended it."""

    def __enter__(self) -> "_Process":
        self._executor = _new_executor()
        return self

    def __exit__(self, *exception) -> None:
        self._executor.shutdown()

    def problem(self, network: Network, name: str) -> str:
        """Why a network can't be written in a format; empty if it can."""
        try:
            return self._executor.submit(_problem, network, name).result()
        except BrokenProcessPool:
            self._executor.shutdown()
            self._executor = _new_executor()
            return CRASHED


def _new_executor() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_set_up)


def _set_up() -> None:
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # The memory of a GPU is for the trainings.
    import_tensorflow()


def _problem(network: Network, name: str) -> str:
    images = np.random.default_rng(0).integers(0, 256, (IMAGES, *network.input_shape), dtype=np.uint8)
    try:
        with tempfile.TemporaryDirectory(prefix="search-formats-") as folder:
            _, run = write_and_load(name, _built(network), Path(folder), calibration=images)
            run(images)
    except Exception as error:  # Converters raise nearly anything.
        return problem_of(error)
    return ""


@functools.lru_cache(maxsize=1)
def _built(network: Network):
    """The network, built once for all formats."""
    return network.build()

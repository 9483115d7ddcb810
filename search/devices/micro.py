"""Runs int8 files in TensorFlow Lite Micro, the interpreter of microcontrollers, on this computer.

Its package is `tflite_micro`. Native code may end its whole process, so it runs in a process of its own.
"""

import contextlib
import importlib.util
import math
import multiprocessing
import platform
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.devices.printed import output_caught
from search.interpreter import install_command
from spaces.error_text import reason

BYTES_PER_VALUE = 4  # at most, of the arena that is offered
SPARE_BYTES = 1 << 20  # of it, for what is kept of the operators


class MicroError(ValueError):
    """TensorFlow Lite Micro can't load or run a file. The message says why, without a full stop."""


@dataclass(frozen=True)
class Arena:
    """Bytes of RAM that TensorFlow Lite Micro has recorded for a file.

    Attributes:
        tensors: For feature maps, input and output among them ("head").
        persistent: For its persistent buffers, which describe tensors and operators ("tail"), with the 64-bit pointers
            of this computer. A 32-bit board needs less.
    """

    tensors: int
    persistent: int

    @property
    def total(self) -> int:
        """Both."""
        return self.tensors + self.persistent


def is_installed() -> bool:
    """Whether files can be run here."""
    return importlib.util.find_spec("tflite_micro") is not None


def how_to_install() -> str:
    """A sentence on how its package is installed."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return "Its package exists for Linux on x86-64 only."
    return f"Install it with {install_command('microcontroller')}."


def arena(file: bytes) -> Arena:
    """The RAM that a file needs.

    Raises:
        MicroError: If it can't be loaded and run.
    """
    return in_own_process(_recorded_arena, file)


def outputs(file: bytes, images: np.ndarray) -> np.ndarray:
    """What a file gives for images.

    Args:
        file: Content of a file with a batch of one.
        images: int8 array of shape (n, height, width, channels).
    Returns:
        int8 array of shape (n, classes).
    Raises:
        MicroError: If it can't be loaded and run.
    """
    return in_own_process(_outputs, file, images)


def in_own_process(function: Callable, *arguments) -> Any:
    """The result of a function that may end its process.

    Raises:
        MicroError: If it ends it, or fails.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        try:
            return executor.submit(function, *arguments).result()
        except BrokenProcessPool:
            raise MicroError("the interpreter ended its process") from None


def _recorded_arena(file: bytes) -> Arena:
    with _problems_named() as printed:
        interpreter = _interpreter(file)
        interpreter.invoke()
        interpreter.print_allocations()
        sizes = dict(re.findall(r"Arena allocation (head|tail) (\d+) bytes", printed()))
    return Arena(tensors=int(sizes["head"]), persistent=int(sizes["tail"]))


def _outputs(file: bytes, images: np.ndarray) -> np.ndarray:
    with _problems_named():
        interpreter = _interpreter(file)
        return np.concatenate([_output(interpreter, image) for image in images])


@contextlib.contextmanager
def _problems_named() -> Iterator[Callable[[], str]]:
    """Give what the interpreter has printed. It prints why it fails before it raises an error that does not say it."""
    with output_caught() as printed:
        try:
            yield printed
        except Exception as error:
            raise MicroError(next(iter(printed().splitlines()), "") or reason(error)) from None


def _output(interpreter, image: np.ndarray) -> np.ndarray:
    interpreter.set_input(image[None], 0)
    interpreter.invoke()
    return interpreter.get_output(0)


def _interpreter(file: bytes):
    from tflite_micro.python.tflite_micro import runtime

    graphs = runtime.convert_bytearray_to_object(file).subgraphs
    shapes = [tensor.shape for graph in graphs for tensor in graph.tensors if tensor.shape is not None]
    values = sum(math.prod(map(int, shape)) for shape in shapes)
    return runtime.Interpreter.from_bytes(file, arena_size=BYTES_PER_VALUE * values + SPARE_BYTES)

"""The kernels that can run an int8 file. They may round differently, so that the same file gives other outputs."""

import os
from collections.abc import Callable

import numpy as np

from search.devices.printed import output_caught

Int8Run = Callable[[np.ndarray], np.ndarray]
"""Maps int8 images (n, height, width, channels) to int8 outputs (n, classes)."""


def litert(file: bytes, *, reference: bool = False, threads: int | None = None) -> Int8Run:
    """A file with a batch of one, as LiteRT runs it.

    Args:
        file: Content of the file.
        reference: Whether to take LiteRT's plain kernels, which are slow, instead of its optimised ones.
        threads: By default as many as there are cores.
    """
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    resolver = OpResolverType.BUILTIN_REF if reference else OpResolverType.AUTO
    with output_caught():
        interpreter = Interpreter(
            model_content=file, num_threads=threads or os.cpu_count(), experimental_op_resolver_type=resolver
        )
        interpreter.allocate_tensors()
    [image], [outputs] = interpreter.get_input_details(), interpreter.get_output_details()

    def output(pixels: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(image["index"], pixels[None])
        interpreter.invoke()
        return interpreter.get_tensor(outputs["index"])

    return lambda images: np.concatenate([output(pixels) for pixels in images])

"""The kernels that can run an int8 file. They may round differently, so that the same file gives other outputs."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from search.devices import micro
from search.devices.printed import output_caught
from spaces.error_text import reason

Int8Run = Callable[[np.ndarray], np.ndarray]
"""Maps int8 images (n, height, width, channels) to int8 outputs (n, classes)."""

OPTIMISED, REFERENCE, MICRO = "LiteRT optimised", "LiteRT reference", "TensorFlow Lite Micro"


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


def outputs_by_kernels(file: bytes, images: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Run images through all kernels that are installed, each in a process of its own, at the same time.

    Args:
        file: Content of an int8 file with a batch of one.
        images: int8 array of shape (n, height, width, channels).
    Returns:
        int8 outputs of shape (n, classes) by the name of the kernels, and for the others why they could not run it.
    """
    runs: dict[str, Callable[[], np.ndarray]] = {
        OPTIMISED: lambda: micro.in_own_process(_litert_outputs, file, images, False),
        REFERENCE: lambda: micro.in_own_process(_litert_outputs, file, images, True),
    }
    if micro.is_installed():
        runs[MICRO] = lambda: micro.outputs(file, images)
    outputs, problems = {}, {}
    with ThreadPoolExecutor() as threads:
        for name, future in {name: threads.submit(run) for name, run in runs.items()}.items():
            try:
                outputs[name] = future.result()
            except micro.MicroError as error:
                problems[name] = str(error)
            except Exception as error:  # Interpreters raise nearly anything.
                problems[name] = reason(error)
    return outputs, problems


def _litert_outputs(file: bytes, images: np.ndarray, reference: bool) -> np.ndarray:
    return litert(file, reference=reference, threads=1)(images)

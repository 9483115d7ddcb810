"""The formats for devices: how each is written, and how its own runtime loads it.

Every exported file takes uint8 images of shape (n, height, width, channels) and returns probabilities of shape
(n, classes). Only the file for microcontrollers takes and returns int8, one image at a time.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from search.devices.c_source import FirmwareNetwork, int8_content
from search.devices.deployable import deployable
from search.devices.int8_file import int8_bytes, int8_images, probabilities_of
from search.devices.keras_file import ModelFileError, open_model
from search.devices.kernels import litert
from search.devices.onnx_operations import more_operations
from search.devices.onnx_runtime import import_onnxruntime
from search.devices.printed import output_caught
from search.errors import UsageError
from search.interpreter import install_command
from spaces.error_text import reason

Run = Callable[[np.ndarray], np.ndarray]
"""Maps uint8 images (n, height, width, channels) to float32 probabilities (n, classes)."""


class KerasFile:
    """Keras's own format."""

    file = "model.keras"
    packages = ()
    code = (
        "import keras",
        'model = keras.models.load_model("model.keras")',
        "probabilities = model.predict(images)",
    )

    def write(self, network, path: Path, *, calibration: np.ndarray, class_names: Sequence[str]) -> None:
        """Write the network with its preprocessing."""
        deployable(network).save(path)

    def load(self, path: Path, *, threads: int | None = None) -> Run:
        """The file as a function; TensorFlow has the threads that its process gave it."""
        import tensorflow as tf

        model = tf.function(open_model(path), reduce_retracing=True)
        return lambda images: model(tf.constant(images), training=False).numpy()


class SavedModel:
    """TensorFlow's format, for TensorFlow Serving and others; it is a folder."""

    file = "saved_model"
    packages = ()
    code = (
        "import tensorflow as tf",
        'model = tf.saved_model.load("saved_model")',
        "probabilities = model.serve(images).numpy()",
    )

    def write(self, network, path: Path, *, calibration: np.ndarray, class_names: Sequence[str]) -> None:
        """Write the network with its preprocessing."""
        _exportable(network).export(path, format="tf_saved_model", verbose=False)

    def load(self, path: Path, *, threads: int | None = None) -> Run:
        """The folder as a function. TensorFlow uses the threads of its process, whatever `threads` is."""
        import tensorflow as tf

        model = tf.saved_model.load(str(path))
        return lambda images: model.serve(tf.constant(images)).numpy()


class LiteRT:
    """LiteRT, formerly TensorFlow Lite, in float32: for phones."""

    file = "model.tflite"
    packages = ("ai_edge_litert",)
    code = (
        "from ai_edge_litert.interpreter import Interpreter",
        'run = Interpreter("model.tflite").get_signature_runner()',
        'probabilities = run(image=images)["output_0"]',
    )

    def write(self, network, path: Path, *, calibration: np.ndarray, class_names: Sequence[str]) -> None:
        """Write the network with its preprocessing. The converter folds BatchNorm into the convolutions."""
        _exportable(network).export(path, format="litert", verbose=False)

    def load(self, path: Path, *, threads: int | None = None) -> Run:
        """The file as a function."""
        from ai_edge_litert.interpreter import Interpreter

        with output_caught():
            run = Interpreter(str(path), num_threads=threads or os.cpu_count()).get_signature_runner()
            run(image=np.zeros(run.get_input_details()["image"]["shape"], np.uint8))
        return lambda images: run(image=images)["output_0"]


class LiteRTInt8:
    """LiteRT in 8-bit integers throughout: for microcontrollers. It takes one image at a time."""

    file = "model-int8.tflite"
    packages = ("ai_edge_litert",)
    code = (
        "import numpy as np",
        "from ai_edge_litert.interpreter import Interpreter",
        "",
        'run = Interpreter("model-int8.tflite").get_signature_runner()',
        "pixels = (images - 128).view(np.int8)  # int8: pixel - 128, one image at a time",
        'outputs = np.concatenate([run(image=image[None])["output_0"] for image in pixels])',
        "probabilities = (outputs + 128.0) / 256",
    )

    def write(self, network, path: Path, *, calibration: np.ndarray, class_names: Sequence[str]) -> None:
        """Write the network. Its preprocessing is part of the quantisation."""
        path.write_bytes(int8_bytes(network, calibration))

    def load(self, path: Path, *, threads: int | None = None) -> Run:
        """The file as a function, with the optimised kernels of LiteRT."""
        run = litert(path.read_bytes(), threads=threads)
        return lambda images: probabilities_of(run(int8_images(images)))


class CSource:
    """The network of `LiteRTInt8` as C, for TensorFlow Lite Micro; it is a folder."""

    file = "c"
    packages = LiteRTInt8.packages
    code = (
        "// c/README.md has the whole program. Compiled, the network takes MODEL_DATA_LENGTH bytes of flash.",
        '#include "model.h"',
        "",
        "static tflite::MicroMutableOpResolver<MODEL_OPERATORS> resolver;",
        "MODEL_REGISTER_OPERATORS(resolver);",
        "static tflite::MicroInterpreter interpreter(tflite::GetModel(model_data), resolver, arena, sizeof arena);",
    )

    def write(self, network, path: Path, *, calibration: np.ndarray, class_names: Sequence[str]) -> None:
        """Write a C source and header, and how to call them."""
        path.mkdir()
        for name, text in FirmwareNetwork.of(int8_bytes(network, calibration), class_names).files().items():
            (path / name).write_text(text, encoding="ascii")

    def load(self, path: Path, *, threads: int | None = None) -> Run:
        """The bytes in the source as a function, as `LiteRTInt8` loads them."""
        run = litert(int8_content(path), threads=threads)
        return lambda images: probabilities_of(run(int8_images(images)))


class Onnx:
    """ONNX, for ONNX Runtime, TensorRT, OpenVINO and others."""

    file = "model.onnx"
    packages = ("onnx", "tf2onnx", "onnxruntime")
    code = (
        "import onnxruntime",
        'session = onnxruntime.InferenceSession("model.onnx")',
        'probabilities = session.run(None, {"image": images})[0]',
    )

    def write(self, network, path: Path, *, calibration: np.ndarray, class_names: Sequence[str]) -> None:
        """Write the network with its preprocessing. BatchNorm is folded into the convolutions."""
        with more_operations():
            _exportable(network).export(path, format="onnx", verbose=False)

    def load(self, path: Path, *, threads: int | None = None) -> Run:
        """The file as a function."""
        onnxruntime = import_onnxruntime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        session = onnxruntime.InferenceSession(str(path), options)
        return lambda images: session.run(None, {"image": images})[0]


FORMATS = {
    "keras": KerasFile(),
    "savedmodel": SavedModel(),
    "litert": LiteRT(),
    "litert-int8": LiteRTInt8(),
    "c": CSource(),
    "onnx": Onnx(),
}


def _exportable(network):
    """The deployable model after one call: Keras does not export a model that was never called."""
    model = deployable(network, training=False)
    model(np.zeros((1, *network.input_shape[1:]), np.uint8))
    return model


def is_installed(name: str) -> bool:
    """Whether a format can be written and loaded here."""
    return not _missing(name)


def check_installed(formats: Sequence[str]) -> None:
    """Check that the packages of some formats are installed.

    Raises:
        UsageError: If one is missing. The message names the first such format.
    """
    for name in formats:
        if missing := _missing(name):
            raise UsageError(
                f"format {name} needs {', '.join(missing)}, which is not installed. Install the extra with "
                f"{install_command('export')}, or leave the format out of --formats"
            )


def _missing(name: str) -> list[str]:
    return [package for package in FORMATS[name].packages if importlib.util.find_spec(package) is None]


def write(
    name: str, network, folder: Path, *, calibration: np.ndarray, class_names: Sequence[str] | None = None
) -> Path:
    """Write one format into a folder, completely or not at all; returns the path.

    Args:
        name: Of `FORMATS`.
        network: The trained Keras model, without preprocessing.
        folder: An existing folder.
        calibration: uint8 training images of shape (n, height, width, channels), for quantisation.
        class_names: By output of the network; by default their numbers.
    """
    names = tuple(map(str, range(network.output_shape[-1]))) if class_names is None else class_names
    path = folder / FORMATS[name].file
    partial = folder / f".partial-{path.name}"
    _remove(partial)
    try:
        with output_caught():
            FORMATS[name].write(network, partial, calibration=calibration, class_names=names)
    except BaseException:
        _remove(partial)
        raise
    _remove(path)
    os.replace(partial, path)
    return path


def write_and_load(
    name: str, network, folder: Path, *, calibration: np.ndarray, class_names: Sequence[str] | None = None
) -> tuple[Path, Run]:
    """Write one format into a folder and load it back; returns the path, and the file as a function.

    Args:
        name, network, folder, calibration, class_names: As for `write`.
    Raises:
        Exception: Whatever the converter or the runtime raises. No file is left then.
    """
    path = write(name, network, folder, calibration=calibration, class_names=class_names)
    try:
        return path, FORMATS[name].load(path)
    except BaseException:
        _remove(path)
        raise


def problem_of(error: Exception) -> str:
    """Why a format could not be written or loaded, in a line without a full stop."""
    return (error.problem if isinstance(error, ModelFileError) else reason(error)).rstrip(".")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

"""The formats for devices: how each is written, and how its own runtime loads it.

Every exported file takes uint8 images of shape (n, height, width, channels), and returns probabilities of shape
(n, classes).
"""

import contextlib
import importlib.util
import io
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from search.devices.deployable import deployable
from search.devices.keras_file import ModelFileError, open_model
from search.devices.onnx_operations import more_operations
from search.devices.onnx_runtime import import_onnxruntime
from search.errors import UsageError
from search.interpreter import install_command
from spaces.error_text import reason

Run = Callable[[np.ndarray], np.ndarray]
"""Maps uint8 images (n, height, width, channels) to float32 probabilities (n, classes)."""

QUANTISED_STEPS = 256
"""A quantised probability is a whole number of steps of 1/256."""


class KerasFile:
    """Keras's own format."""

    file = "model.keras"
    packages = ()
    code = (
        "import keras",
        'model = keras.models.load_model("model.keras")',
        "probabilities = model.predict(images)",
    )

    def write(self, network, path: Path, *, calibration: np.ndarray) -> None:
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

    def write(self, network, path: Path, *, calibration: np.ndarray) -> None:
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

    def write(self, network, path: Path, *, calibration: np.ndarray) -> None:
        """Write the network with its preprocessing. The converter folds BatchNorm into the convolutions."""
        _exportable(network).export(path, format="litert", verbose=False)

    def load(self, path: Path, *, threads: int | None = None) -> Run:
        """The file as a function."""
        from ai_edge_litert.interpreter import Interpreter

        with _output_discarded():
            run = Interpreter(str(path), num_threads=threads or os.cpu_count()).get_signature_runner()
            run(image=np.zeros(run.get_input_details()["image"]["shape"], np.uint8))
        return lambda images: _probabilities(run(image=images)["output_0"])


class LiteRTInt8(LiteRT):
    """LiteRT in 8-bit integers throughout: for microcontrollers.

    Its probabilities are uint8, in steps of 1/256.
    """

    file = "model-int8.tflite"
    code = (
        "from ai_edge_litert.interpreter import Interpreter",
        'run = Interpreter("model-int8.tflite").get_signature_runner()',
        'probabilities = run(image=images)["output_0"] / 256',
    )

    def write(self, network, path: Path, *, calibration: np.ndarray) -> None:
        """Quantise the network and its preprocessing.

        Args:
            network: The trained network.
            path: The file to write.
            calibration: uint8 training images of shape (n, height, width, channels), from which the ranges of all
                feature maps are estimated.
        References:
            Jacob et al. (2018), Quantization and training of neural networks, arXiv:1712.05877.
        """
        import tensorflow as tf

        # With the darkest and the brightest pixel among the samples, one step of the input is one step of the pixel.
        extremes = np.zeros_like(calibration[:1])
        extremes[:, ::2] = 255
        samples = np.concatenate([extremes, calibration]).astype(np.float32)
        converter = tf.lite.TFLiteConverter.from_keras_model(deployable(network, dtype="float32", training=False))
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([sample[None]] for sample in samples)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.uint8
        path.write_bytes(converter.convert())


class Onnx:
    """ONNX, for ONNX Runtime, TensorRT, OpenVINO and others."""

    file = "model.onnx"
    packages = ("onnx", "tf2onnx", "onnxruntime")
    code = (
        "import onnxruntime",
        'session = onnxruntime.InferenceSession("model.onnx")',
        'probabilities = session.run(None, {"image": images})[0]',
    )

    def write(self, network, path: Path, *, calibration: np.ndarray) -> None:
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


def write(name: str, network, folder: Path, *, calibration: np.ndarray) -> Path:
    """Write one format into a folder, completely or not at all; returns the path."""
    path = folder / FORMATS[name].file
    partial = folder / f".partial-{path.name}"
    _remove(partial)
    try:
        with _output_discarded():
            FORMATS[name].write(network, partial, calibration=calibration)
    except BaseException:
        _remove(partial)
        raise
    _remove(path)
    os.replace(partial, path)
    return path


def write_and_load(name: str, network, folder: Path, *, calibration: np.ndarray) -> tuple[Path, Run]:
    """Write one format into a folder and load it back; returns the path, and the file as a function.

    Raises:
        Exception: Whatever the converter or the runtime raises. No file is left then.
    """
    path = write(name, network, folder, calibration=calibration)
    try:
        return path, FORMATS[name].load(path)
    except BaseException:
        _remove(path)
        raise


def problem_of(error: Exception) -> str:
    """Why a format could not be written or loaded, in a line without a full stop."""
    return (error.problem if isinstance(error, ModelFileError) else reason(error)).rstrip(".")


def sizes(path: Path) -> tuple[int, int]:
    """Bytes of a file or folder, as it is and compressed (deflate)."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as compressed:
        for file in files:
            for name, content in _contents(file):
                compressed.writestr(name, content)
    return sum(file.stat().st_size for file in files), len(archive.getvalue())


def _contents(file: Path) -> Iterator[tuple[str, bytes]]:
    """A file's content. Of an archive, such as Keras's, which is not compressed: the files in it."""
    if not zipfile.is_zipfile(file):
        yield file.name, file.read_bytes()
        return
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def _probabilities(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == np.float32 else values.astype(np.float32) / QUANTISED_STEPS


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _output_discarded() -> Iterator[None]:
    """Discard what converters print, also from C++. Their errors are raised as exceptions.

    A notebook shows what Python prints by streams of its own, so those are discarded as well.
    """
    sys.stdout.flush()
    originals = os.dup(1), os.dup(2)
    try:
        with (
            tempfile.TemporaryFile() as discarded,
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            os.dup2(discarded.fileno(), 1)
            os.dup2(discarded.fileno(), 2)
            yield
    finally:
        for number, original in zip((1, 2), originals, strict=True):
            os.dup2(original, number)
            os.close(original)

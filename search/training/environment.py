"""Settings that TensorFlow and Keras need, and some that make them fast and quiet.

What the program depends on it sets itself, whatever the user's shell and `keras.json` say: the backend of Keras, the
order of an image's axes, the type of numbers. It writes to no file of the user's.
"""

import contextlib
import gc
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from search.errors import SearchError
from spaces.validation import given

BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}
FIRST_GPU_WITH_BFLOAT16 = (8, 0)  # compute capability
PROCESSOR_INFO = Path("/proc/cpuinfo")

REQUIRED = {"KERAS_BACKEND": "tensorflow", "TF_USE_LEGACY_KERAS": "0"}
"""Environment variables that must have these values: without them no network is built or trained."""

KERAS_CHOICES = {
    "floatx": ("float16", "float32", "float64"),
    "image_data_format": ("channels_first", "channels_last"),
}
"""Values that Keras accepts in its file of settings."""


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def settings(*, threads: int | None = None) -> Mapping[str, str]:
    """Environment variables that TensorFlow reads once, when it is imported.

    Args:
        threads: Threads of one operation; None leaves the default, all cores.
    """
    values = {
        # By default TensorFlow uses oneDNN only on the newest CPUs. On others it is about 1.5 times as fast with it.
        "TF_ENABLE_ONEDNN_OPTS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    if threads is not None:
        values |= {
            "TF_NUM_INTRAOP_THREADS": str(threads),
            "TF_NUM_INTEROP_THREADS": "1",
            "OMP_NUM_THREADS": str(threads),
        }
    return values


def prepare(*, threads: int | None = None) -> Mapping[str, str]:
    """Set the variables that the program needs, and of `settings` those that the user has not set.

    Returns:
        The values of `settings` that apply now.
    Raises:
        SearchError: If Keras's file of settings would keep it from being imported.
    """
    os.environ.update(REQUIRED)
    _check_keras_file()
    return {name: os.environ.setdefault(name, value) for name, value in settings(threads=threads).items()}


def _check_keras_file() -> None:
    """Check the file that Keras reads when it is imported. Keras itself does not say which file is wrong.

    One that is no JSON is ignored by Keras.
    """
    home = os.path.expanduser("~")
    usual = Path(home if os.access(home, os.W_OK) else "/tmp", ".keras")
    file = Path(os.environ.get("KERAS_HOME", usual)).expanduser() / "keras.json"
    try:
        content = json.loads(file.read_text()) if file.exists() else {}
    except ValueError:
        return
    except OSError as error:
        raise SearchError(
            f"Keras can't read its settings {file} ({error.strerror}). Make it readable, or remove it."
        ) from None
    if not isinstance(content, dict):
        raise SearchError(f"Keras's settings {file} must be a JSON object; got {given(content)}. Correct or remove it.")
    for name, choices in KERAS_CHOICES.items():
        if content.get(name, choices[0]) not in choices:
            raise SearchError(
                f"`{name}` in Keras's settings {file} must be one of {', '.join(choices)}; got {given(content[name])}. "
                "Correct or remove it."
            )
    if not isinstance(content.get("epsilon", 0.1), float):
        raise SearchError(
            f"`epsilon` in Keras's settings {file} must be a number with a decimal point; got "
            f"{given(content['epsilon'])}. Correct or remove it."
        )


def has_gpu() -> bool:
    """Whether this process trains on a GPU."""
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


def precision() -> str:
    """Keras's dtype policy for feature maps in training, for the GPU or the CPU that this process trains on."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        capability = tf.config.experimental.get_device_details(gpus[0]).get("compute_capability", (0, 0))
        return "mixed_bfloat16" if capability >= FIRST_GPU_WITH_BFLOAT16 else "float32"
    return cpu_precision()


def cpu_precision() -> str:
    """Likewise for the CPU: bfloat16 if it has instructions for that, else float32. Does not import TensorFlow.

    With such instructions convolutions take half the time in bfloat16; without them they take far longer.
    """
    return "mixed_bfloat16" if BFLOAT16_FLAGS & _processor_flags() else "float32"


def _processor_flags() -> set[str]:
    """The processor's features, as Linux lists them; empty on other systems."""
    try:
        lines = PROCESSOR_INFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return set(next((line for line in lines if line.startswith("flags")), "").split())


def import_tensorflow(*, threads: int | None = None) -> None:
    """Import TensorFlow for the first time, set up by `prepare` and without its log messages."""
    prepare(threads=threads)
    with _quiet_stderr():
        import tensorflow as tf
    # TensorFlow warns of many graphs, but a search builds one graph for each network by design.
    tf.get_logger().setLevel("ERROR")
    _set_up_keras()


def _set_up_keras() -> None:
    import keras

    if keras.config.backend() != REQUIRED["KERAS_BACKEND"]:
        raise SearchError(
            f"Keras was imported before, with the backend {keras.config.backend()}. Start Python again, and import "
            "this program first or set KERAS_BACKEND=tensorflow."
        )
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_dtype_policy("float32")


def set_up_worker(*, threads: int) -> None:
    """Import TensorFlow, set up for a process that trains one network after the other. It builds each in less time.

    A network takes a fifth less time to build if TensorFlow does not rewrite its graph first. On a CPU the rewritten
    graph of a training is no faster. A fourth of the time was Keras's and the worker's own garbage collection, which
    looked at all that the libraries had imported.
    """
    import_tensorflow(threads=threads)
    import tensorflow as tf

    if not has_gpu():
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Discard what libraries write to standard error, also from C++, while they are imported.

    TensorFlow logs before its own log level applies. If the import fails, the text is printed after all.
    """
    original = os.dup(2)
    with tempfile.TemporaryFile() as discarded:
        os.dup2(discarded.fileno(), 2)
        try:
            yield
        except BaseException:
            discarded.seek(0)
            os.write(original, discarded.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)

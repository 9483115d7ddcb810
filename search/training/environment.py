"""What TensorFlow must be told before it is imported, to be quick and quiet."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}
FIRST_GPU_WITH_BFLOAT16 = (8, 0)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def settings(*, threads: int | None = None) -> Mapping[str, str]:
    """Environment variables that TensorFlow reads once, when it is imported.

    Args:
        threads: Threads of one operation; None leaves TensorFlow its default, all cores.
    """
    values = {
        # TensorFlow turns oneDNN on by itself only on the newest CPUs; elsewhere it is about 1.5 times as fast.
        "TF_ENABLE_ONEDNN_OPTS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_BACKEND": "tensorflow",
    }
    if threads is not None:
        values |= {
            "TF_NUM_INTRAOP_THREADS": str(threads),
            "TF_NUM_INTEROP_THREADS": "1",
            "OMP_NUM_THREADS": str(threads),
        }
    return values


def prepare(*, threads: int | None = None) -> Mapping[str, str]:
    """Set what is not set yet, for a user's own settings win; returns what is in force now."""
    return {name: os.environ.setdefault(name, value) for name, value in settings(threads=threads).items()}


def precision() -> str:
    """Keras's dtype policy for feature maps in training, where this process trains: on its GPU or its CPU."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        capability = tf.config.experimental.get_device_details(gpus[0]).get("compute_capability", (0, 0))
        return "mixed_bfloat16" if capability >= FIRST_GPU_WITH_BFLOAT16 else "float32"
    return cpu_precision()


def cpu_precision() -> str:
    """bfloat16 where the CPU computes with it, else float32; it does not import TensorFlow.

    On a CPU that has the instructions convolutions take half the time; on one that has not they take far longer.
    """
    return "mixed_bfloat16" if BFLOAT16_FLAGS & _processor_flags() else "float32"


def _processor_flags() -> set[str]:
    """What Linux says that the processor can do; nothing elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return set(next((line for line in lines if line.startswith("flags")), "").split())


def import_tensorflow(*, threads: int | None = None) -> None:
    """Import TensorFlow for the first time, set up by `prepare` and without its chatter."""
    prepare(threads=threads)
    with _quiet_stderr():
        import tensorflow as tf
    # A search builds one graph a network by design; TensorFlow takes that for a mistake.
    tf.get_logger().setLevel("ERROR")


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Swallow what libraries write to the process's standard error, below Python, while they are imported.

    TensorFlow logs before its own log level is in force. What was swallowed is given back if there is an error.
    """
    kept = os.dup(2)
    with tempfile.TemporaryFile() as swallowed:
        os.dup2(swallowed.fileno(), 2)
        try:
            yield
        except BaseException:
            swallowed.seek(0)
            os.write(kept, swallowed.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)

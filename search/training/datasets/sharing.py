"""One copy of a data set on disk, mapped into the memory of every worker that opens it."""

import json
from pathlib import Path

import numpy as np

from search.training.datasets.dataset import Dataset

TENSOR_ALIGNMENT = 64  # bytes, of TensorFlow's own tensors

ARRAYS = ("train_images", "train_labels", "validation_images", "validation_labels")


def save(dataset: Dataset, folder: str | Path) -> None:
    """Write a data set into an existing folder."""
    for name in ARRAYS:
        np.save(Path(folder, f"{name}.npy"), getattr(dataset, name))
    rest = {name: getattr(dataset, name) for name in ("name", "class_names", "mirrorable", "fingerprint")}
    Path(folder, "dataset.json").write_text(json.dumps(rest), encoding="utf-8")


def open_saved(folder: str | Path) -> Dataset:
    """The data set that `save` has written. The operating system shares its pages between processes.

    The arrays are copy-on-write, since TensorFlow would copy read-only ones: writing to them never changes the file.
    """
    rest = json.loads(Path(folder, "dataset.json").read_text(encoding="utf-8"))
    rest["class_names"] = tuple(rest["class_names"])
    return Dataset(**rest, **{name: np.load(Path(folder, f"{name}.npy"), mmap_mode="c") for name in ARRAYS})


def without_lock(array: np.ndarray) -> np.ndarray:
    """The same memory, no longer marked as read-only. Nobody may write to it all the same.

    Ray marks memory that processes share as read-only, and TensorFlow would copy such an array.
    """
    return np.asarray(_Unlocked(array))


class _Unlocked:
    """An array's memory as NumPy's array interface. The new array keeps it alive."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array
        self.__array_interface__ = {**array.__array_interface__, "data": (array.ctypes.data, False)}


def as_tensor(array: np.ndarray):
    """A tensor of the same elements. On the CPU it shares the array's memory if the memory is aligned and writeable."""
    import tensorflow as tf

    usable = array.flags.c_contiguous and array.flags.writeable and array.ctypes.data % TENSOR_ALIGNMENT == 0
    if not usable or tf.config.list_physical_devices("GPU"):
        return tf.constant(array)
    return tf.experimental.dlpack.from_dlpack(np.asarray(array).__dlpack__())

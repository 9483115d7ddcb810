"""The data set that each source loads, and the error that each source raises."""

import hashlib
from dataclasses import dataclass

import numpy as np

from search.training.datasets.color_mode import CHANNELS
from search.training.datasets.inventory import Inventory


class DataError(ValueError):
    """Images are missing, or can't be read or trusted. The message says what was wrong, what was given, what to do."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images for training and validation. It has no test images: see `held_out.load_test`."""

    name: str
    train_images: np.ndarray  # uint8 (n, height, width, channels), 0..255; one channel or three
    train_labels: np.ndarray  # int32 (n,), 0..classes - 1
    validation_images: np.ndarray  # uint8 (m, height, width, channels)
    validation_labels: np.ndarray  # int32 (m,)
    class_names: tuple[str, ...]  # by label
    mirrorable: bool | None  # whether a mirror image has the same class; None where nobody has said

    # A hash of pixels, labels, class names and split, not of the files' place. A study stores it and is continued only
    # on data with the same fingerprint.
    fingerprint: str

    inventory: Inventory | None = None  # of the source; a copy for workers has none

    @property
    def input_shape(self):
        """(height, width, channels) of one image, in pixels."""
        return tuple(int(side) for side in self.train_images.shape[1:])

    @property
    def network_arguments(self):
        """Keyword arguments of what makes networks for these images: spaces, reference networks and others."""
        return {"input_shape": self.input_shape, "classes": self.classes}

    @property
    def color_mode(self):
        """ "grayscale" or "rgb"."""
        return next(mode for mode, channels in CHANNELS.items() if channels == self.input_shape[2])

    @property
    def usable_images(self):
        """For training, those that a limit leaves out included."""
        return sum(self.inventory.class_sizes) - len(self.validation_images) - self.inventory.test_size

    @property
    def is_limited(self):
        """Whether a limit leaves training images out."""
        return len(self.train_images) < self.usable_images

    @property
    def classes(self):
        """Number of classes."""
        return len(self.class_names)


def make_dataset(name, *, train, validation, class_names, mirrorable, inventory=None):
    """A `Dataset` of two (images, labels) pairs, with its fingerprint."""
    arrays = [
        np.ascontiguousarray(array, dtype=dtype)
        for part in (train, validation)
        for array, dtype in zip(part, (np.uint8, np.int32), strict=True)
    ]
    return Dataset(name, *arrays, tuple(class_names), mirrorable, _fingerprint(arrays, class_names), inventory)


def _fingerprint(arrays, class_names):
    digest = hashlib.sha256(repr(tuple(class_names)).encode("utf-8", "surrogateescape"))
    for array in arrays:
        # Little-endian, so that every machine computes the same fingerprint.
        digest.update(f"{array.shape}{array.dtype.name}".encode())
        digest.update(array.astype(array.dtype.newbyteorder("<"), copy=False))
    return digest.hexdigest()[:16]

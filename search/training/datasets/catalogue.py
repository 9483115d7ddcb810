"""Loads a data set by its name: a built-in one, or the path of a folder."""

import os
from pathlib import Path

from search.training.datasets.cifar10 import load_cifar10
from search.training.datasets.cluttered_digits import load_cluttered_digits
from search.training.datasets.color_mode import AUTO, COLOR_MODES, RGB
from search.training.datasets.dataset import DataError
from search.training.datasets.digits import load_digits
from search.training.datasets.folder import load_folder
from spaces.validation import given

BUILT_IN = {"cifar10": 32, "cluttered-digits": 16, "digits": 32}
"""Data sets with a name, and the side of their images in pixels."""

EMBEDDED = {
    "cluttered-digits": "scikit-learn's handwritten digits, drawn in clutter",
    "digits": "scikit-learn's handwritten digits",
}
"""Data sets that need no download, and what they show."""

DEFAULT_IMAGE_SIZE = 32  # pixels
_LARGEST_IMAGE_SIZE = 1024  # pixels a side; data sets of larger images do not fit in memory
_SEEDS = 2**32


def load(name, *, data_dir=None, image_size=None, color_mode=AUTO, seed=0, train_limit=None, validation="drawn"):
    """Images for training and validation. Files of the test split are checked, and nothing of them is kept.

    Args:
        name: "cifar10", "cluttered-digits", "digits", or the path of a folder. It holds a folder of images for each
            class, or `train/` and perhaps `val/` and `test/` with such folders in them.
        data_dir: For CIFAR-10 only: the folder `cifar-10-batches-py`, or the folder that holds it.
        image_size: For folders only: pixels, an int or (height, width); None is 32.
        color_mode: For folders only: "grayscale" for one channel, "rgb" for three, or "auto": one if every image that
            is read is grey, those for validation and test included.
        seed: Seed of the validation split, 0 to 2^32 - 1. Without effect on images that have a folder `val/`.
        train_limit: How many training images to keep, stratified; None keeps all. Validation images stay the same.
        validation: "drawn" (stratified, by the seed) or, for CIFAR-10 only, "last": the last tenth of its files, as
            Keras's `validation_split=0.1` takes it.
    Returns:
        A `Dataset`.
    Raises:
        DataError: If an argument is wrong, or an image can't be read, be it of the test split.
    """
    source = source_of(name, data_dir=data_dir, image_size=image_size, color_mode=color_mode)
    _check_whole("seed", seed, lowest=0, highest=_SEEDS - 1)
    if train_limit is not None:
        _check_whole("train_limit", train_limit, lowest=1)
    if validation != "drawn" and source != "cifar10":
        raise DataError(f"`validation` is for cifar10 only; got {given(validation)} with dataset {str(name)!r:.300}.")
    if source == "cifar10":
        return load_cifar10(data_dir=data_dir, seed=seed, train_limit=train_limit, validation=validation)
    if source == "cluttered-digits":
        return load_cluttered_digits(seed=seed, train_limit=train_limit)
    if source == "digits":
        return load_digits(seed=seed, train_limit=train_limit)
    size = height_width(image_size)
    return load_folder(source, size=size, color_mode=color_mode, seed=seed, train_limit=train_limit)


def source_of(name, *, data_dir, image_size, color_mode=AUTO):
    """The source that a name stands for: the name of a built-in data set, or the `Path` of a folder.

    Raises:
        DataError: If it is neither, or an option does not apply to it.
    """
    if data_dir is not None and name != "cifar10":
        raise DataError(
            f"`data_dir` is for cifar10 only; got {str(data_dir)!r:.300} with dataset {str(name)!r:.300}. Leave it out."
        )
    if name in BUILT_IN:
        side = BUILT_IN[name]
        if image_size is not None and height_width(image_size) != (side, side):
            raise DataError(
                f"`image_size` is for folders of images; {name} is {side}x{side}, got {given(image_size)}. "
                "Leave it out."
            )
        if color_mode not in (AUTO, RGB):
            raise DataError(
                f"`color_mode` is for folders of images; {name} is {RGB}, got {given(color_mode)}. Leave it out."
            )
        return name
    if color_mode not in COLOR_MODES:
        raise DataError(f"`color_mode` must be one of {', '.join(COLOR_MODES)}; got {given(color_mode)}.")
    folder = os.path.expanduser(name)
    if not str(name).strip() or not os.path.isdir(folder):
        state = "is a file" if os.path.isfile(folder) else "is neither a known dataset nor a folder"
        raise DataError(
            f"Dataset {str(name)!r:.300} {state}. Use {', '.join(BUILT_IN)}, or the path of a folder of class folders."
        )
    return Path(folder)


def height_width(image_size):
    """(height, width) in pixels, of an `image_size` that may be a number, a pair or None."""
    if image_size is None:
        return DEFAULT_IMAGE_SIZE, DEFAULT_IMAGE_SIZE
    sides = tuple(image_size) if isinstance(image_size, (tuple, list)) else (image_size, image_size)
    if len(sides) != 2:
        raise DataError(f"`image_size` is a number of pixels or (height, width); got {given(image_size)}.")
    for side in sides:
        _check_whole("image_size", side, lowest=1, highest=_LARGEST_IMAGE_SIZE)
    return sides


def _check_whole(argument, value, *, lowest, highest=None):
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < lowest or (highest is not None and value > highest):
        limits = f"of {lowest} or more" if highest is None else f"from {lowest} to {highest}"
        raise DataError(f"`{argument}` must be a whole number {limits}; got {given(value)}.")

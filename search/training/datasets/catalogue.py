"""Finds the source that a dataset's name means."""

import os
from pathlib import Path

from search.training.datasets.cifar10 import load_cifar10, load_cifar10_test
from search.training.datasets.dataset import DataError
from search.training.datasets.digits import load_digits, load_digits_test
from search.training.datasets.folder import load_folder, load_folder_test

BUILT_IN = ("cifar10", "digits")
DEFAULT_IMAGE_SIZE = 32  # pixels
_LARGEST_IMAGE_SIZE = 1024  # pixels a side; beyond, a data set does not fit in memory
_SEEDS = 2**32


def load(name, *, data_dir=None, image_size=None, seed=0, train_limit=None):
    """Images to train and to validate on; the test split is not read.

    Args:
        name: "cifar10", "digits", or the path of a folder with a folder of images for each class, or with such
            folders under `train/` and, optionally, `test/`.
        data_dir: CIFAR-10 only: the folder that holds `cifar-10-batches-py`, or that folder itself.
        image_size: Folders only: pixels, an int or (height, width); 32 if None.
        seed: Fixes the validation split, 0 to 2^32 - 1.
        train_limit: Number of training images to keep, stratified; validation images stay the same. None keeps all.
    Returns:
        A `Dataset`.
    Raises:
        DataError: What was wrong, what was given, what to do.
    """
    source = _source(name, data_dir=data_dir, image_size=image_size)
    _check_whole("seed", seed, lowest=0, highest=_SEEDS - 1)
    if train_limit is not None:
        _check_whole("train_limit", train_limit, lowest=1)
    if source == "cifar10":
        return load_cifar10(data_dir=data_dir, seed=seed, train_limit=train_limit)
    if source == "digits":
        return load_digits(seed=seed, train_limit=train_limit)
    return load_folder(source, size=_height_width(image_size), seed=seed, train_limit=train_limit)


def load_test(name, *, data_dir=None, image_size=None, seed=0):
    """The test split, to be read once, after the choice is made. Arguments and errors are those of `load`.

    It is the same for every `seed`: where a source has no test split of its own, a fixed fifth is held out.

    Returns:
        Images, uint8 (n, height, width, 3), and labels, int32 (n,).
    """
    del seed
    source = _source(name, data_dir=data_dir, image_size=image_size)
    if source == "cifar10":
        return load_cifar10_test(data_dir=data_dir)
    if source == "digits":
        return load_digits_test()
    return load_folder_test(source, size=_height_width(image_size))


def _source(name, *, data_dir, image_size):
    """A built-in name or the `Path` of a folder."""
    if data_dir is not None and name != "cifar10":
        raise DataError(
            f"`data_dir` is for cifar10 only; got {str(data_dir)!r:.300} with dataset {str(name)!r:.300}. Leave it out."
        )
    if name in BUILT_IN:
        if image_size is not None and _height_width(image_size) != (32, 32):
            raise DataError(
                f"`image_size` is for folders of images; {name} is 32x32, got {image_size!r}. Leave it out."
            )
        return name
    folder = os.path.expanduser(name)
    if not str(name).strip() or not os.path.isdir(folder):
        state = "is a file" if os.path.isfile(folder) else "is neither a known dataset nor a folder"
        raise DataError(
            f"Dataset {str(name)!r:.300} {state}. Use cifar10, digits, or the path of a folder of class folders."
        )
    return Path(folder)


def _height_width(image_size):
    if image_size is None:
        return DEFAULT_IMAGE_SIZE, DEFAULT_IMAGE_SIZE
    sides = tuple(image_size) if isinstance(image_size, (tuple, list)) else (image_size, image_size)
    if len(sides) != 2:
        raise DataError(f"`image_size` is a number of pixels or (height, width); got {image_size!r}.")
    for side in sides:
        _check_whole("image_size", side, lowest=1, highest=_LARGEST_IMAGE_SIZE)
    return sides


def _check_whole(argument, value, *, lowest, highest=None):
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < lowest or (highest is not None and value > highest):
        limits = f"of {lowest} or more" if highest is None else f"from {lowest} to {highest}"
        raise DataError(f"`{argument}` must be a whole number {limits}; got {value!r}.")

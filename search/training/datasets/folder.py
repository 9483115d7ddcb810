"""The user's own images: a folder with a folder for each class, or with such folders under `train/` and `test/`."""

import os
import unicodedata
from pathlib import Path

import numpy as np

from search.training.datasets.dataset import DataError, make_dataset
from search.training.datasets.image_file import read_images
from search.training.datasets.splits import held_out, limited, validation_split
from spaces.validation import place

FRACTION = 0.2  # Of the images for validation. Without a test/ folder, first of all images for the test split.
LONGEST_NAME = 100  # characters of a data set's name; its studies are named after it
_IGNORED = {"thumbs.db", "desktop.ini"}  # written by file managers; those of macOS begin with a dot
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}  # Unicode categories: controls, surrogates, line and paragraph separators


def load_folder(root, *, size, seed, train_limit):
    """Images of a folder for training and validation; see `catalogue.load`.

    Args:
        root: `pathlib.Path` of the folder.
        size: (height, width) in pixels that every image is scaled to.
    """
    class_names, paths, labels = _development_files(root)
    train, validation = validation_split(labels, fraction=FRACTION, seed=seed)
    train = train[limited(labels[train], limit=train_limit, seed=seed)]
    return make_dataset(
        _name(root),
        train=(read_images([paths[index] for index in train], size=size), labels[train]),
        validation=(read_images([paths[index] for index in validation], size=size), labels[validation]),
        class_names=class_names,
        mirrorable=True,
    )


def _name(root):
    """The folder's name, made typeable. Two folders may get the same name."""
    name = "".join(letter if letter.isprintable() else "-" for letter in root.resolve().name)
    return name[:LONGEST_NAME].strip() or "images"


def load_folder_test(root, *, size):
    """The test split: the images of `test/`, or without one a fixed fifth that `load_folder` never returns."""
    base = _training_root(root)
    class_names = _class_names(base)
    if not _has_test(root):
        paths, labels = _files(base, class_names)
        _check_counts(base, class_names, labels, least=3)
        _, test = held_out(labels, fraction=FRACTION)
        paths, labels = [paths[index] for index in test], labels[test]
    else:
        paths, labels = _test_files(root / "test", class_names)
    return read_images(paths, size=size), labels


def _development_files(root):
    """Class names, paths and labels of all images for training and validation."""
    base = _training_root(root)
    class_names = _class_names(base)
    paths, labels = _files(base, class_names)
    if _has_test(root):
        _check_counts(base, class_names, labels, least=2)
        return class_names, paths, labels
    _check_counts(base, class_names, labels, least=3)
    usable, _ = held_out(labels, fraction=FRACTION)
    return class_names, [paths[index] for index in usable], labels[usable]


def _training_root(root):
    """`root/train` if that holds class folders (a class may itself be called "train"), else `root`."""
    if _subfolders(root / "train"):
        return root / "train"
    if _subfolders(root / "test"):
        raise DataError(
            f"{place(root)} has class folders under test/ and none under train/. Put the training images there."
        )
    return root


def _has_test(root):
    return _training_root(root) != root and (root / "test").is_dir()


def _class_names(base):
    names = _subfolders(base)
    if len(names) < 2:
        count = f"one, {names[0]!r}" if names else "none"
        raise DataError(
            f"{place(base)} must hold a folder of images for each of two or more classes; it holds {count}."
        )
    for name in names:  # Each class becomes a line of labels.txt.
        if any(unicodedata.category(letter) in _UNPRINTABLE for letter in name):
            raise DataError(f"Class folder {name!r} in {place(base)} has a name that is no line of text. Rename it.")
    return names


def _subfolders(folder):
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise DataError(f"{place(folder)} cannot be read: {error.strerror}. Check its permissions.") from error


def _files(base, class_names):
    """Paths, a list of n, and labels, int32 (n,). Sorted by class and then by name: the same order on every machine."""
    by_class = [_class_files(base / name) for name in class_names]
    labels = np.repeat(np.arange(len(class_names), dtype=np.int32), [len(paths) for paths in by_class])
    return [path for paths in by_class for path in paths], labels


def _class_files(folder):
    paths = []
    for parent, folders, names in os.walk(folder, onerror=_raise_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [Path(parent, name) for name in names if not name.startswith(".") and name.lower() not in _IGNORED]
    return sorted(paths, key=lambda path: path.relative_to(folder).as_posix())


def _raise_unreadable(error):
    raise DataError(f"{place(error.filename)} cannot be read: {error.strerror}. Check its permissions.") from error


def _check_counts(base, class_names, labels, *, least):
    counts = np.bincount(labels, minlength=len(class_names))
    if not counts.any():
        raise DataError(f"{place(base)} holds no images in its {len(class_names)} class folders. Put the images there.")
    smallest = int(np.argmin(counts))
    if counts[smallest] < least:
        parts = "training and validation" if least == 2 else "training, validation and test"
        raise DataError(
            f"Class {class_names[smallest]!r} in {place(base)} has {counts[smallest]} image(s); {least} or more are "
            f"needed to split into {parts}. Add images, or remove the class folder."
        )


def _test_files(folder, class_names):
    unknown = sorted(set(_subfolders(folder)) - set(class_names))
    if unknown:
        raise DataError(
            f"{place(folder)} has a class {unknown[0]!r} that train/ does not have. "
            "Both must hold the same class folders."
        )
    paths, labels = _files(folder, class_names)
    if not paths:
        raise DataError(f"{place(folder)} holds no images. Fill it, or remove it: then a part of train/ is held out.")
    return paths, labels

"""Folders that hold a folder of images for each class: their classes and their files."""

import os
import unicodedata
from pathlib import Path

import numpy as np

from search.quantities import listed
from search.training.datasets.dataset import DataError
from spaces.validation import place

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".jfif", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm")
"""Of names in small letters. In class folders every file is taken for an image, whatever its name."""

MOST_LISTED = 5
"""Names of folders in a message."""

_IGNORED_FILES = {"thumbs.db", "ehthumbs.db", "desktop.ini"}  # Of file managers; those of macOS begin with a dot.
_IGNORED_FOLDERS = {"__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found"}
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}  # Unicode categories: controls, surrogates, line and paragraph separators


def subfolders(folder):
    """Sorted names of the folders in a folder, without those that systems make. Of no folder: none."""
    try:
        return sorted(entry.name for entry in os.scandir(folder) if _is_folder(entry) and not _is_systems(entry.name))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise _unreadable(error) from error


def class_names(base):
    """Names of the class folders in `base`, in the order of the labels.

    Raises:
        DataError: If there are fewer than two, or one has a name that can't be written into a line.
    """
    names = subfolders(base)
    if len(names) < 2:
        raise DataError(
            f"{place(base)} must hold a folder of images for each of two or more classes; it holds "
            f"{_too_few(base, names)}"
        )
    for name in names:  # Each class becomes a line of labels.txt.
        if any(unicodedata.category(letter) in _UNPRINTABLE for letter in name):
            raise DataError(f"Class folder {name!r} in {place(base)} has a name that is no line of text. Rename it.")
    return names


def _too_few(base, names):
    if names:
        inner = [place(name) for name in subfolders(base / names[0])]
        if len(inner) < 2:
            return f"one, {names[0]!r}."
        return (
            f"one, {names[0]!r}, with the folders {listed(inner, most=MOST_LISTED)} in it. "
            f"Give {place(base / names[0])} instead, or move these folders up."
        )
    loose = loose_images(base)
    return f"none, but {loose:,} image(s). Sort them into class folders." if loose else "none."


def class_files(base, names):
    """Paths, a list of n, and labels, int32 (n,). Sorted by class and then by name: the same order on every machine."""
    by_class = [_files_below(base / name) for name in names]
    labels = np.repeat(np.arange(len(names), dtype=np.int32), [len(paths) for paths in by_class])
    return [path for paths in by_class for path in paths], labels


def loose_images(folder):
    """How many images lie in a folder itself, in none of its subfolders."""
    try:
        return sum(_is_named_as_image(entry.name) and not _is_folder(entry) for entry in os.scandir(folder))
    except OSError as error:
        raise _unreadable(error) from error


def has_images(folder):
    """Whether any image lies in a folder or below."""
    return any(_is_named_as_image(path.name) for path in _files_below(folder))


def linked_folders(base, names):
    """Links to folders within class folders: these are not followed, since a link may lead back."""
    return [
        Path(parent, name)
        for class_name in names
        for parent, folders, _ in _walk(base / class_name)
        for name in folders
        if Path(parent, name).is_symlink()
    ]


def _files_below(folder):
    paths = [
        Path(parent, name)
        for parent, _, names in _walk(folder)
        for name in names
        if not name.startswith(".") and name.lower() not in _IGNORED_FILES
    ]
    return sorted(paths, key=lambda path: path.relative_to(folder).as_posix())


def _walk(folder):
    for parent, folders, names in os.walk(folder, onerror=_raise_unreadable):
        folders[:] = [name for name in folders if not _is_systems(name)]
        yield parent, folders, names


def _is_folder(entry):
    try:
        return entry.is_dir()
    except OSError:  # A link to itself.
        return False


def _is_systems(folder_name):
    return folder_name.startswith(".") or folder_name.casefold() in _IGNORED_FOLDERS


def _is_named_as_image(name):
    return not name.startswith(".") and name.lower().endswith(IMAGE_ENDINGS)


def _raise_unreadable(error):
    raise _unreadable(error) from error


def _unreadable(error):
    return DataError(f"{place(error.filename)} cannot be read: {error.strerror}. Check its permissions.")

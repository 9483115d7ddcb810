"""Temporary files of the workers: images that they map into memory, and weights that they keep between jobs.

A process that was killed leaves files behind. The next process removes them.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from search.errors import SearchError
from search.optimizer.trials.process_id import is_dead, this_process

_PRIVATE = 0o700


def own_folder() -> Path:
    """A new folder for the files of this process. Folders of processes that no longer run are removed.

    Raises:
        SearchError: If it can't be made.
    """
    with disk_errors_explained():
        folders = _root() / "images"
        folders.mkdir(exist_ok=True)
        for folder in folders.iterdir():
            if is_dead(folder.name.partition(",")[0]):
                shutil.rmtree(folder, ignore_errors=True)
        return Path(tempfile.mkdtemp(dir=folders, prefix=f"{this_process()},"))


def weight_folder(study: str) -> Path:
    """The folder for the weights of a study. They stay when the process that trained has ended.

    Args:
        study: Identifies the study: hexadecimal digits.
    Raises:
        SearchError: If it can't be made.
    """
    with disk_errors_explained():
        folder = _root() / "weights" / study
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@contextlib.contextmanager
def disk_errors_explained() -> Iterator[None]:
    """An `OSError` inside becomes a `SearchError` that says what to do."""
    try:
        yield
    except OSError as error:
        raise SearchError(
            f"the folder for temporary files, {tempfile.gettempdir()}, can't be written ({error.strerror}). "
            "Make room there, or name another folder with the environment variable TMPDIR."
        ) from None


def _root() -> Path:
    """This program's folder, for this user alone. One that another user has made is not used."""
    root = Path(tempfile.gettempdir()) / f"pareto-cnn-search-{os.getuid()}"
    with contextlib.suppress(FileExistsError):
        root.mkdir(_PRIVATE)
    status = root.lstat()
    if status.st_uid != os.getuid() or not root.is_dir() or root.is_symlink():
        return Path(tempfile.mkdtemp(prefix=f"{root.name}-"))
    root.chmod(_PRIVATE)
    return root

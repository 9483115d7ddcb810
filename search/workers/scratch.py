"""Files beside the workers, in the machine's folder for temporary files: images that they map, weights that they keep.

A process that is killed can't clean up after itself: the next one does.
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
    """A new folder for files of this process, images above all; those of processes that are gone are removed.

    Raises:
        SearchError: If it can't be made.
    """
    with one_sentence():
        folders = _root() / "images"
        folders.mkdir(exist_ok=True)
        for old in folders.iterdir():
            if is_dead(old.name.partition(",")[0]):
                shutil.rmtree(old, ignore_errors=True)
        return Path(tempfile.mkdtemp(dir=folders, prefix=f"{this_process()},"))


def weight_folder(study: str) -> Path:
    """The folder for the weights of a study's trainings, which outlive the process that trained.

    Args:
        study: What tells it from any other: hexadecimal digits.
    Raises:
        SearchError: If it can't be made.
    """
    with one_sentence():
        folder = _root() / "weights" / study
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@contextlib.contextmanager
def one_sentence() -> Iterator[None]:
    """Whatever the disk refuses inside becomes an answer to a person."""
    try:
        yield
    except OSError as error:
        raise SearchError(
            f"the folder for temporary files, {tempfile.gettempdir()}, can't be written ({error.strerror}). "
            "Make room there, or name another with the environment variable TMPDIR."
        ) from None


def _root() -> Path:
    """This program's and this user's own. One that somebody else has made, to read along, is not used."""
    root = Path(tempfile.gettempdir()) / f"pareto-cnn-search-{os.getuid()}"
    with contextlib.suppress(FileExistsError):
        root.mkdir(_PRIVATE)
    found = root.lstat()
    if found.st_uid != os.getuid() or not root.is_dir() or root.is_symlink():
        return Path(tempfile.mkdtemp(prefix=f"{root.name}-"))
    root.chmod(_PRIVATE)
    return root

"""Temporary files of the workers, such as the images that they map into memory.

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


def own_folder() -> Path:
    """A new folder for the files of this process. Folders of processes that no longer run are removed.

    Raises:
        SearchError: If it can't be made.
    """
    with disk_errors_explained():
        prefix = f"pareto-cnn-search-{os.getuid()},"
        for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*:[0-9]*:*,*"):
            if is_dead(folder.name.removeprefix(prefix).partition(",")[0]):
                shutil.rmtree(folder, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=f"{prefix}{this_process()},"))


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

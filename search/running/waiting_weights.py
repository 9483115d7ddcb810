"""Weights of trainings that wait at a rung. They lie beside the study: a copy of a project has its own."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mlflow_runs.stored.sqlite_url import sqlite_path

OF_A_SERVER = Path("search")
"""Stands for the file of a storage that is no file: its weights lie in the current folder."""


@contextlib.contextmanager
def waiting_weights(storage: str, study: str) -> Iterator[Path]:
    """The folder for a study's weights: `search.db-weights/STUDY` for `search.db`.

    Workers make it when they save the first. It stays if it holds any in the end.

    Args:
        storage: URL of Optuna's storage.
        study: Identifies the study: hexadecimal digits.
    """
    file = (sqlite_path(storage) or OF_A_SERVER).absolute()
    folder = file.with_name(f"{file.name}-weights") / study
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):  # One is not there or not empty.
            folder.rmdir()
        with contextlib.suppress(OSError):
            folder.parent.rmdir()

"""Where the artifacts of a SQLite store are: beside its file, also after both were moved or copied.

MLflow stores the absolute address of each artifact folder. In a moved project it would make the old folder again, and
a copied one would write into the original's.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from mlflow_runs.errors import MirrorError

FOLDER = "mlartifacts"

_FILE = "file://"
_ADDRESSES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
"""Table and column of all that MLflow addresses in these folders."""

_SECONDS_TO_WAIT_FOR_A_LOCK = 60


def beside(path: Path) -> Path:
    """The folder for the artifacts of the store at `path`."""
    return path.parent / FOLDER


def follow(path: Path) -> None:
    """Correct the addresses of a store that was moved or copied with its artifacts. Other addresses stay.

    Args:
        path: The store's file, absolute. A file that can't be written stays as it is.
    Raises:
        MirrorError: If the file is locked.
    """
    if not os.access(path, os.W_OK):
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_SECONDS_TO_WAIT_FOR_A_LOCK)) as db:
            for address in list(_former_addresses(db, beside(path))):
                _replace(db, address, beside(path).as_uri())
    except sqlite3.OperationalError as error:
        raise MirrorError(f"{path} can't be used ({error}). End the program that has locked it.") from None


def _former_addresses(db: sqlite3.Connection, folder: Path) -> Iterator[str]:
    """Addresses of experiments' artifacts that were beside the store before, and are in `folder` now."""
    for (address,) in db.execute("SELECT DISTINCT artifact_location FROM experiments"):
        if not address or not address.startswith(_FILE) or not address.endswith(f"/{FOLDER}"):
            continue
        former = Path(unquote(address.removeprefix(_FILE)))
        if former != folder and not _is_same(former, folder) and _is_moved(db, address, former, folder):
            yield address


def _is_same(former: Path, folder: Path) -> bool:
    """Whether two names mean one folder, which need not exist: its parent does."""
    return former.parent.exists() and os.path.samefile(former.parent, folder.parent)


def _is_moved(db: sqlite3.Connection, address: str, former: Path, folder: Path) -> bool:
    """Whether the artifacts are in `folder`. If only the store's file was moved, they are still where they were."""
    query = "SELECT run_uuid FROM runs JOIN experiments USING (experiment_id) WHERE artifact_location = ?"
    runs = [run for (run,) in db.execute(query, (address,))]
    return any((folder / run).exists() for run in runs) or not any((former / run).exists() for run in runs)


def _replace(db: sqlite3.Connection, address: str, new: str) -> None:
    with db:
        for table, column in _ADDRESSES:
            db.execute(
                f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
                f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                (new, len(address) + 1, address, len(address) + 1, f"{address}/"),
            )

"""Whether a SQLite file is a store that the installed MLflow can use. Checked before anything is written."""

import contextlib
import importlib.metadata
import os
import shlex
import sqlite3
import sys
from pathlib import Path

from mlflow_runs.errors import MirrorError
from mlflow_runs.stored.sqlite_url import sqlite_url

_TABLES = {"experiments", "runs"}
_ANOTHER = "or name another store"


def check(path: Path, *, written: bool) -> None:
    """Makes sure that a store is whole and made by this MLflow. Nothing is written.

    MLflow itself would make its tables in a file of somebody else's, and it refuses an older store only after it has
    begun to change it.

    Args:
        path: A file that exists.
        written: Whether it will be written.
    Raises:
        MirrorError: What is wrong, and what to do.
    """
    if written and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise MirrorError(f"{path} can't be written. Change the permissions of the file and its folder, {_ANOTHER}.")
    tables, revision = _contents(path)
    if not tables >= _TABLES:
        raise MirrorError(f"{path} is not a store of MLflow's. Name the one that is.")
    _check_revision(path, revision)


def _contents(path: Path) -> tuple[set[str], str]:
    """The names of the tables, none if it is no database, and the schema's revision; empty without one."""
    # With mode=ro SQLite leaves two files beside a database with a write-ahead log.
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
    try:
        with contextlib.closing(connection) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise _damaged(path, verdict)
            rows = db.execute("SELECT version_num FROM alembic_version") if "alembic_version" in tables else ()
            return tables, next((revision for (revision,) in rows), "")
    except sqlite3.OperationalError as error:
        raise MirrorError(f"{path} can't be read ({error}). Try again, {_ANOTHER}.") from None
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            return set(), ""
        raise _damaged(path, str(error)) from None


def _damaged(path: Path, verdict: str) -> MirrorError:
    reason = " ".join(verdict.split()).removeprefix("*** in database main *** ")
    return MirrorError(
        f"{path} is damaged ({reason}). Bring back a copy. Or move it away and run this again, which writes it anew."
    )


def _check_revision(path: Path, revision: str) -> None:
    """Compares the schema with the one that MLflow makes. Takes 20 ms once MLflow is imported."""
    from alembic.script import ScriptDirectory
    from mlflow.store.db.utils import _get_alembic_config

    migrations = ScriptDirectory.from_config(_get_alembic_config(""))
    if revision == migrations.get_current_head():
        return
    version = importlib.metadata.version("mlflow")
    if not revision or revision in {migration.revision for migration in migrations.walk_revisions()}:
        raise MirrorError(
            f"{path} was made by an older MLflow than the {version} that is installed here. Keep a copy of it, and "
            f"bring it up to date: {shlex.join([sys.executable, '-m', 'mlflow', 'db', 'upgrade', sqlite_url(path)])}"
        )
    raise MirrorError(
        f"{path} was made by another, probably newer MLflow than the {version} that is installed here. Install "
        f"that one, {_ANOTHER}."
    )

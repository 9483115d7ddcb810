"""Whether a SQLite file is a store that the MLflow installed here can use: found out before anything is written."""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shlex
import sqlite3
from pathlib import Path

from mlflow_runs.errors import MirrorError

_TABLES = {"experiments", "runs"}
_REVISION = re.compile(r"^(down_)?revision\s*=\s*(.*)$", re.MULTILINE)
_QUOTED = re.compile(r"""["'](\w+)["']""")


def check(path: Path, *, written: bool) -> None:
    """Makes sure that a store is whole and of this MLflow's making; nothing is written.

    MLflow itself would make its tables in a stranger's file, and refuses an older store only after it has begun.

    Args:
        path: A file that exists.
        written: Whether it is going to be written.
    Raises:
        MirrorError: What is wrong, and what to do.
    """
    if written and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise MirrorError(
            f"{path} can't be written. Give yourself leave to write the file and its folder, or name another store: "
            "--tracking-uri."
        )
    tables, revision = _contents(path)
    if not tables >= _TABLES:
        raise MirrorError(f"{path} is not a store of MLflow's. Name the one that is: --tracking-uri.")
    _require_revision(path, revision)


def _contents(path: Path) -> tuple[set[str], str]:
    """The names of the tables, none for what is no database, and the schema's revision; empty without one."""
    # Not mode=ro: from a database with a write-ahead log such a reader leaves two files behind.
    opened = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
    try:
        with contextlib.closing(opened) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise _damaged(path, found)
            rows = db.execute("SELECT version_num FROM alembic_version") if "alembic_version" in tables else ()
            return tables, next((revision for (revision,) in rows), "")
    except sqlite3.OperationalError as error:
        told = f"{path} can't be read ({error}). Try again, or name another store: --tracking-uri."
        raise MirrorError(told) from None
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            return set(), ""
        raise _damaged(path, error) from None


def _damaged(path: Path, found: object) -> MirrorError:
    told = " ".join(str(found).split()).removeprefix("*** in database main *** ")
    return MirrorError(
        f"{path} is damaged ({told}). Bring back a copy, or move it away and run this again, which writes it anew."
    )


def _require_revision(path: Path, revision: str) -> None:
    newest, known = _revisions()
    if not known or revision == newest:
        return
    version = importlib.metadata.version("mlflow")
    if revision in known or not revision:
        raise MirrorError(
            f"{path} was made by an older MLflow than the {version} that is installed here. Keep a copy of it, and "
            f"bring it up to date: mlflow db upgrade {shlex.quote(f'sqlite:///{path}')}"
        )
    raise MirrorError(
        f"{path} was made by another, probably newer MLflow than the {version} that is installed here. Install "
        "that one, or name another store: --tracking-uri."
    )


def _revisions() -> tuple[str, set[str]]:
    """The revision of the schema that the installed MLflow makes, and all that it knows; none where it tells none.

    They are read from the text of its migrations: asking MLflow takes seconds.
    """
    package = importlib.util.find_spec("mlflow")
    if package is None or package.origin is None:
        return "", set()
    known, left = set(), set()
    for file in (Path(package.origin).parent / "store" / "db_migrations" / "versions").glob("*.py"):
        for down, value in _REVISION.findall(file.read_text(encoding="utf-8")):
            (left if down else known).update(_QUOTED.findall(value))
    heads = known - left
    return (heads.pop(), known) if len(heads) == 1 else ("", set())

"""Opens Optuna's storage, and a study in it, quietly, with one sentence for what can go wrong."""

import contextlib
import logging
import sqlite3
import warnings
from pathlib import Path

from mlflow_runs.safe_text import redacted
from search.errors import SearchError
from search.optimizer import attributes as attr
from search.optimizer.stored import StoredStudy

SECONDS_TO_WAIT_FOR_A_LOCK = 60


def open_storage(url: str, *, must_exist: bool = False):
    """Optuna's storage behind a URL such as `sqlite:///search.db` or `postgresql://user:password@host/name`.

    Args:
        url: SQLAlchemy's.
        must_exist: Refuse a SQLite file that is not there, rather than make it.
    Raises:
        SearchError: If there is none, or it can't be used; the message holds no password.
    """
    import optuna
    import sqlalchemy

    file = Path(url.removeprefix("sqlite:///"))
    if must_exist and url.startswith("sqlite:///") and not file.exists():
        raise SearchError(
            f"there is no storage {file}. Give the one that the search used with --storage, or search first."
        )
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    options = {"connect_args": {"timeout": SECONDS_TO_WAIT_FOR_A_LOCK}} if url.startswith("sqlite:") else {}
    try:
        _refuse_strangers(url, must_exist=must_exist)
        _write_ahead(url)
        return optuna.storages.RDBStorage(url, engine_kwargs=options)
    except (sqlalchemy.exc.SQLAlchemyError, sqlite3.Error, ImportError, ValueError, RuntimeError, OSError) as error:
        raise SearchError(
            f"the storage {redacted(url)!r} can't be opened ({_first_line(error, url)}). "
            "Give --storage a database URL such as sqlite:///search.db in a folder that can be written."
        ) from None


def stored_study(url: str, name: str | None) -> StoredStudy:
    """A study that `search.run` made; its name may be left out where there is only one.

    Args:
        url: Of the storage, which must exist.
        name: The study's name.
    Raises:
        SearchError: If there is none.
    """
    import optuna

    storage = open_storage(url, must_exist=True)
    names = optuna.get_all_study_names(storage)
    if name is None and len(names) == 1:
        name = names[0]
    if name not in names:
        known = ", ".join(map(repr, names[:20])) or "none"
        asked = "no study was named" if name is None else f"there is no study {name!r}"
        raise SearchError(f"{asked}; the storage {redacted(url)} has {known}. Give one of them.")
    study = optuna.load_study(study_name=name, storage=storage)
    if attr.SETTINGS not in study.user_attrs:
        raise SearchError(f"study {name!r} was not made by python -m search.run. Give one that was.")
    return StoredStudy(study)


def _refuse_strangers(url: str, *, must_exist: bool) -> None:
    """Optuna would make its tables in any SQLite file, MLflow's too, which spoils it.

    Raises:
        SearchError: If the file is not Optuna's.
    """
    file = url.removeprefix("sqlite:///")
    if not url.startswith("sqlite:///") or not Path(file).is_file():
        return
    with contextlib.closing(sqlite3.connect(file)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "studies" not in tables and (tables or must_exist):
        raise SearchError(f"{file} is not a storage of Optuna's. Give the one that the search used with --storage.")


def _write_ahead(url: str) -> None:
    """Give a SQLite file a write-ahead log: quicker commits, and readers that never wait for the writer."""
    if url.startswith("sqlite:///") and ":memory:" not in url:
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def _first_line(error: Exception, url: str) -> str:
    cause = getattr(error, "orig", None) or error
    line = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return redacted(line.replace(url, redacted(url)))[:200]

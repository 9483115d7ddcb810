"""Opens Optuna's storage, and a study in it, quietly, with one sentence for what can go wrong."""

import contextlib
import logging
import sqlite3
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from mlflow_runs.safe_text import redacted
from search.errors import SearchError
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr

SECONDS_TO_WAIT_FOR_A_LOCK = 60

_SQLITE = "sqlite:///"
TABLES_LOCK = int.from_bytes(b"optuna")
"""Number of PostgreSQL's advisory lock that is held while tables are made: any, but always the same."""

POSTGRESQL_DRIVERS = ("psycopg2", "psycopg")

_TABLES = {"studies", "trials", "version_info"}

_USUAL = "Give --storage a database URL such as sqlite:///search.db in a folder that can be written"

_CURES = {
    "disk is full": "Make room on its disk",
    "disk I/O error": "Make room on its disk, or use another",
    "readonly": "Make it writable, or name another with --storage",
    "locked": "End the program that holds it",
    "malformed": "It is damaged: put back a copy, or name another with --storage",
    "not a database": "It is another kind of file, or damaged: name another with --storage",
    "No space left": "Make room on its disk",
}


def open_storage(url: str, *, must_exist: bool = False):
    """Optuna's storage behind a URL such as `sqlite:///search.db` or `postgresql://user:password@host/name`.

    Args:
        url: SQLAlchemy's.
        must_exist: Refuse a SQLite file that is not there, rather than make it.
    Raises:
        SearchError: If there is none, or it can't be used; the message holds no password. Nothing is written then.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    options = {"connect_args": {"timeout": SECONDS_TO_WAIT_FOR_A_LOCK}} if url.startswith("sqlite:") else {}
    try:
        _check_url(url)
        _examine(url, must_exist=must_exist)
        _write_ahead(url)
        driven = _with_driver(url)
        with _alone(driven):
            storage = optuna.storages.RDBStorage(driven, engine_kwargs=options)
        if url.startswith("sqlite:"):
            _lock_what_is_for_update(storage.engine)
        return storage
    except SearchError:
        raise
    except Exception as error:  # Of a URL's every part another library has its own mistake.
        said = _first_line(error, url)
        raise SearchError(f"the storage {redacted(url)!r} can't be opened ({said}). {_cure(said)}.") from None


@contextlib.contextmanager
def one_sentence(url: str) -> Iterator[None]:
    """What a database or its disk refuses inside becomes an answer to a person.

    Raises:
        SearchError: It says what to do; what was finished is stored.
    """
    try:
        yield
    except Exception as error:
        if not _is_of_a_database(error):
            raise
        said = _first_line(error, url)
        raise SearchError(
            f"the storage {redacted(url)!r} could not be used ({said}). {_cure(said)}. "
            "What was finished is kept; the same command continues."
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
    with one_sentence(url):
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


def _check_url(url: str) -> None:
    """A URL that can't be read is told without the part that can't: that may be half of a password."""
    import sqlalchemy

    try:
        sqlalchemy.make_url(url)
    except Exception:
        raise SearchError(f"the storage {redacted(url)!r} is no URL of a database. {_USUAL}.") from None


def _with_driver(url: str) -> str:
    """A PostgreSQL URL that names a driver, one that is installed: SQLAlchemy's own choice has changed."""
    scheme, separator, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql"):
        return url
    installed = next((name for name in POSTGRESQL_DRIVERS if find_spec(name)), None)
    if installed is None:
        raise SearchError("PostgreSQL needs a driver. Install the extra: pip install '.[cluster]'.")
    return f"postgresql+{installed}{separator}{rest}"


@contextlib.contextmanager
def _alone(url: str) -> Iterator[None]:
    """Of searches that begin at once on a new PostgreSQL database one makes the tables, and the others find them."""
    import sqlalchemy

    if not url.startswith("postgresql"):
        yield
        return
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_lock(TABLES_LOCK)))
        yield  # The lock ends with the connection.


def _file(url: str) -> Path | None:
    """The file of a SQLite URL; None for others."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) and ":memory:" not in url else None


def _examine(url: str, *, must_exist: bool) -> None:
    """Refuse a SQLite file that is damaged or another program's, before anything is written into it."""
    file = _file(url)
    if file is None or (not file.exists() and not must_exist):
        return
    if not file.exists():
        raise SearchError(
            f"there is no storage {file}. Give the one that the search used with --storage, or search first."
        )
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        tables = {table for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if (tables or must_exist) and not tables >= _TABLES:  # Optuna would make its own beside them.
            raise SearchError(f"{file} is not a storage of Optuna's. Give the one that the search used with --storage.")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise SearchError(
            f"{file} is damaged ({' '.join(verdict.split())[:100]}). Put back a copy of it, or name another: --storage."
        )


def _write_ahead(url: str) -> None:
    """Give a SQLite file a write-ahead log: quicker commits, and readers that never wait for the writer."""
    if file := _file(url):
        with contextlib.closing(sqlite3.connect(file)) as connection:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                connection.execute("PRAGMA journal_mode=WAL")


def _lock_what_is_for_update(engine) -> None:
    """Let SQLite lock at once what is selected to be changed.

    It has no SELECT ... FOR UPDATE, by which Optuna lets one of two processes have a trial of the queue: both would.
    """
    import sqlalchemy

    @sqlalchemy.event.listens_for(engine, "before_execute")
    def lock(connection, statement, *_) -> None:
        if getattr(statement, "_for_update_arg", None) is not None:
            database = connection.connection.dbapi_connection
            if not database.in_transaction:
                database.execute("BEGIN IMMEDIATE")


def _is_of_a_database(error: Exception) -> bool:
    import optuna
    import sqlalchemy

    kinds = (optuna.exceptions.StorageInternalError, sqlalchemy.exc.SQLAlchemyError, sqlite3.Error)
    return isinstance(error, kinds)


def _cure(said: str) -> str:
    return next((cure for sign, cure in _CURES.items() if sign in said), _USUAL)


def _first_line(error: BaseException, url: str) -> str:
    """What the database itself said, not what was said about it above."""
    while (inner := getattr(error, "orig", None) or error.__cause__) is not None:
        error = inner
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return redacted(line.replace(url, redacted(url)))[:200]

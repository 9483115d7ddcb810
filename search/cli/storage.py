"""Opens an Optuna storage, and a study in it. Every failure becomes one sentence."""

import contextlib
import logging
import sqlite3
import warnings
from collections.abc import Iterator
from importlib.util import find_spec

from mlflow_runs.safe_text import redacted
from mlflow_runs.stored.sqlite_url import sqlite_path
from search.errors import SearchError
from search.interpreter import install_command
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr

SECONDS_TO_WAIT_FOR_A_LOCK = 60

TABLES_LOCK = int.from_bytes(b"optuna")
"""Number of the PostgreSQL advisory lock that is held while tables are created. Any number will do."""

POSTGRESQL_DRIVERS = ("psycopg2", "psycopg")

_TABLES = {"studies", "trials", "version_info"}

_GENERAL_ADVICE = "Give --storage a database URL such as sqlite:///search.db in a folder that can be written"

_ADVICE = {
    "disk is full": "Free some space on its disk",
    "disk I/O error": "Free some space on its disk, or use another disk",
    "readonly": "Make it writable, or name another with --storage",
    "locked": "End the program that has locked it",
    "malformed": "The file is damaged: restore a copy, or name another with --storage",
    "not a database": "It is another kind of file, or damaged: name another with --storage",
    "No space left": "Free some space on its disk",
}
"""What to do, by a part of the database's own message."""


def open_storage(url: str, *, must_exist: bool = False):
    """Optuna's storage behind a URL such as `sqlite:///search.db` or `postgresql://user:password@host/name`.

    Args:
        url: SQLAlchemy's.
        must_exist: Whether a missing SQLite file is an error. Otherwise it is created.
    Raises:
        SearchError: If the storage does not exist or can't be used. Nothing is written then. The message contains no
            password.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    options = {"connect_args": {"timeout": SECONDS_TO_WAIT_FOR_A_LOCK}} if url.startswith("sqlite:") else {}
    try:
        _check_url(url)
        _check_sqlite_file(url, must_exist=must_exist)
        _use_write_ahead_log(url)
        url_with_driver = _with_driver(url)
        with _creating_tables_alone(url_with_driver):
            storage = optuna.storages.RDBStorage(url_with_driver, engine_kwargs=options)
        if url.startswith("sqlite:"):
            _lock_rows_selected_for_update(storage.engine)
        return storage
    except SearchError:
        raise
    except Exception as error:  # Each part of a URL is read by another library, with its own errors.
        reason = _first_line(error, url)
        raise SearchError(f"the storage {redacted(url)!r} can't be opened ({reason}). {_advice(reason)}.") from None


@contextlib.contextmanager
def storage_errors(url: str) -> Iterator[None]:
    """Turn an error of the database or its disk inside into a `SearchError`.

    Args:
        url: Of the storage.
    Raises:
        SearchError: It says what to do. What was finished is stored.
    """
    try:
        yield
    except Exception as error:
        if not _is_database_error(error):
            raise
        reason = _first_line(error, url)
        raise SearchError(
            f"the storage {redacted(url)!r} could not be used ({reason}). {_advice(reason)}. "
            "Everything that was finished is stored; the same command continues."
        ) from None


def stored_study(url: str, name: str | None) -> StoredStudy:
    """A study that `search.run` created.

    Args:
        url: Of the storage, which must exist.
        name: The study's name; None where the storage has only one.
    Raises:
        SearchError: If there is no such study.
    """
    import optuna

    storage = open_storage(url, must_exist=True)
    with storage_errors(url):
        names = optuna.get_all_study_names(storage)
        if name is None and len(names) == 1:
            name = names[0]
        if name not in names:
            known = ", ".join(map(repr, names[:20])) or "none"
            problem = "no study was named" if name is None else f"there is no study {name!r}"
            raise SearchError(f"{problem}; the storage {redacted(url)} has {known}. Name one of them.")
        study = optuna.load_study(study_name=name, storage=storage)
        if attr.SETTINGS not in study.user_attrs:
            raise SearchError(f"study {name!r} was not created by python -m search.run. Name one that was.")
        return StoredStudy(study)


def _check_url(url: str) -> None:
    """Refuse what is not a URL. The message does not show the part that can't be read: it may be half of a password."""
    import sqlalchemy

    try:
        sqlalchemy.make_url(url)
    except Exception:
        raise SearchError(f"the storage {redacted(url)!r} is not the URL of a database. {_GENERAL_ADVICE}.") from None


def _with_driver(url: str) -> str:
    """The URL, of PostgreSQL with an installed driver in it: SQLAlchemy's own choice differs between its versions."""
    scheme, separator, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql"):
        return url
    installed = next((name for name in POSTGRESQL_DRIVERS if find_spec(name)), None)
    if installed is None:
        raise SearchError(f"PostgreSQL needs a driver. Install the extra: {install_command('cluster')}.")
    return f"postgresql+{installed}{separator}{rest}"


@contextlib.contextmanager
def _creating_tables_alone(url: str) -> Iterator[None]:
    """Let one process at a time create the tables of a new PostgreSQL database."""
    import sqlalchemy

    if not url.startswith("postgresql"):
        yield
        return
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_lock(TABLES_LOCK)))
        yield  # The lock ends with the connection.


def _check_sqlite_file(url: str, *, must_exist: bool) -> None:
    """Refuse a SQLite file that is damaged or belongs to another program, before anything is written into it."""
    file = sqlite_path(url)
    if file is None or (not file.exists() and not must_exist):
        return
    if not file.exists():
        raise SearchError(
            f"there is no storage {file}. Name the search's storage with --storage, or run a search first."
        )
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        tables = {table for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if (tables or must_exist) and not tables >= _TABLES:  # Optuna would add its own tables.
            raise SearchError(f"{file} is not an Optuna storage. Name the search's storage with --storage.")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise SearchError(
            f"{file} is damaged ({' '.join(verdict.split())[:100]}). Restore a copy, or name another with --storage."
        )


def _use_write_ahead_log(url: str) -> None:
    """Give a SQLite file a write-ahead log: commits are faster, and readers never wait for the writer."""
    if file := sqlite_path(url):
        with contextlib.closing(sqlite3.connect(file)) as connection:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                connection.execute("PRAGMA journal_mode=WAL")


def _lock_rows_selected_for_update(engine) -> None:
    """Lock the SQLite database as soon as rows are selected for an update.

    Optuna hands a queued trial to one of two processes by SELECT ... FOR UPDATE. SQLite ignores FOR UPDATE, so that
    both processes would get the trial.
    """
    import sqlalchemy

    @sqlalchemy.event.listens_for(engine, "before_execute")
    def lock(connection, statement, *_) -> None:
        if getattr(statement, "_for_update_arg", None) is not None:
            database = connection.connection.dbapi_connection
            if not database.in_transaction:
                database.execute("BEGIN IMMEDIATE")


def _is_database_error(error: Exception) -> bool:
    import optuna
    import sqlalchemy

    kinds = (optuna.exceptions.StorageInternalError, sqlalchemy.exc.SQLAlchemyError, sqlite3.Error)
    return isinstance(error, kinds)


def _advice(reason: str) -> str:
    return next((advice for part, advice in _ADVICE.items() if part in reason), _GENERAL_ADVICE)


def _first_line(error: BaseException, url: str) -> str:
    """The message of the database itself, from below the errors of the libraries that use it."""
    while (cause := getattr(error, "orig", None) or error.__cause__) is not None:
        error = cause
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return redacted(line.replace(url, redacted(url)))[:200]

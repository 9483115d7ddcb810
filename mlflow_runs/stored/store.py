"""Reaching an MLflow store: made once and whole, asked with short timeouts, its errors turned into one kind."""

import contextlib
import logging
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mlflow_runs import names
from mlflow_runs.errors import MirrorError
from mlflow_runs.safe_text import one_line, redacted, shortened
from mlflow_runs.stored import artifact_place, sqlite_url, store_file

# MLflow's own are 7 retries and 120 seconds. A search should train on meanwhile, and a POST sent twice may make two
# runs.
_TIMEOUTS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}
_NO_ANSWER = ("Max retries exceeded", "Connection refused", "Connection aborted", "timed out")
_ERROR_LENGTH = 200
_LOUD_LOGGERS = ("mlflow.store.db.utils", "alembic", "alembic.runtime.migration")


def is_server(tracking_uri: str) -> bool:
    """Whether the store is an MLflow server. A server decides itself where its artifacts are."""
    return tracking_uri.startswith(("http://", "https://"))


def sqlite_path(tracking_uri: str) -> Path | None:
    """The file of a SQLite URI, absolute; None for any other URI."""
    path = sqlite_url.sqlite_path(tracking_uri)
    return None if path is None else path.absolute()


def absolute(tracking_uri: str) -> str:
    """The same store, named so that any folder finds it."""
    path = sqlite_path(tracking_uri)
    return tracking_uri if path is None else sqlite_url.sqlite_url(path)


def default_artifact_location(tracking_uri: str) -> str | None:
    """`mlartifacts/` beside a SQLite file, or in the current folder for other databases; None for a server."""
    if is_server(tracking_uri):
        return None
    path = sqlite_path(tracking_uri)
    folder = Path.cwd() if path is None else path.parent
    return (folder / artifact_place.FOLDER).as_uri()


def prepare(tracking_uri: str) -> None:
    """Makes a SQLite store if there is none yet; else checks that the one there can be written.

    Several processes that open a new store at once corrupt it. So it is made under another name, and appears under its
    own in one step, complete. Of several makers the first wins.

    Raises:
        MirrorError: As `require` does.
    """
    path = sqlite_path(tracking_uri)
    if path is None:
        return
    if path.exists() and path.stat().st_size > 0:
        _check(path, written=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".mlflow-") as folder:
        draft = Path(folder) / "draft.db"
        _make(draft, artifacts=artifact_place.beside(path))
        _publish(_copy(draft, to=Path(folder) / "store.db"), path)


def _make(draft: Path, *, artifacts: Path) -> None:
    """Makes the tables and MLflow's experiment Default, whose artifacts get a place as those of others."""
    _disable_telemetry()
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    with quiet():
        SqlAlchemyStore(sqlite_url.sqlite_url(draft), artifacts.as_uri())


def _copy(source: Path, *, to: Path) -> Path:
    """A copy that no connection is open to, with a write-ahead log. (MLflow keeps its connection to the source.)

    With the log MLflow's page can read while a search writes, and a commit takes a third of the time. The file keeps
    this setting.
    """
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(to)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=WAL")
    return to


def _publish(draft: Path, path: Path) -> None:
    if path.exists() and path.stat().st_size == 0:  # an interrupted maker may leave an empty file
        os.replace(draft, path)
        return
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)


def require(tracking_uri: str, *, written: bool = False) -> None:
    """Makes sure that there is a SQLite store. MLflow would make its tables in any other file.

    Args:
        tracking_uri: The store.
        written: Whether it will be written.
    Raises:
        MirrorError: If the file is missing, not MLflow's, made by another version, damaged, or can't be written.
    """
    path = sqlite_path(tracking_uri)
    if path is None:
        return
    if not path.is_file():
        raise MirrorError(f"there is no MLflow store at {path}. Start a search first, or name another store.")
    _check(path, written=written)


def _check(path: Path, *, written: bool) -> None:
    _disable_telemetry()
    store_file.check(path, written=written)
    artifact_place.follow(path)


def client(tracking_uri: str) -> Any:
    """An `MlflowClient` of this store and its models. MLflow's telemetry is turned off."""
    _disable_telemetry()
    from mlflow import MlflowClient
    from mlflow.tracking._tracking_service import utils

    # By run id alone MLflow remembers where artifacts are, and a copy of a project has the same ids.
    getattr(utils, "_artifact_repos_cache", {}).clear()
    with quiet():
        return MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)


def _disable_telemetry() -> None:
    """Has to come before MLflow is imported."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")


def experiment(client: Any, name: str, *, tracking_uri: str, artifact_location: str | None = None) -> str:
    """The id of an experiment, which is made if it is missing.

    Its artifacts get a place by name. Otherwise MLflow would write into `mlruns/` of the current folder.

    Raises:
        MirrorError: If the experiment has been deleted.
    """
    stored = client.get_experiment_by_name(name)
    if stored is None:
        location = artifact_location or default_artifact_location(tracking_uri)
        return client.create_experiment(
            name, artifact_location=location, tags={names.EXPERIMENT_KIND: names.MODEL_DEVELOPMENT}
        )
    if stored.lifecycle_stage != "active":
        raise MirrorError(f"The MLflow experiment {name!r} has been deleted; restore it, or name another.")
    return stored.experiment_id


def context_tags() -> dict[str, str]:
    """User, source file and git commit, which `MlflowClient.create_run` leaves out."""
    from mlflow.tracking.context.registry import resolve_tags

    return resolve_tags()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silences MLflow and Alembic, which log every step of making a store."""
    loggers = [logging.getLogger(name) for name in _LOUD_LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextlib.contextmanager
def without_output() -> Iterator[None]:
    """Keeps MLflow from printing a run's address, which may hold a server's password, or its progress."""
    silenced = {"MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}
    with _environment(silenced):
        yield


@contextlib.contextmanager
def short_timeouts() -> Iterator[None]:
    """Sets short timeouts, unless the user has set their own."""
    with _environment({name: os.environ.get(name, value) for name, value in _TIMEOUTS.items()}):
        yield


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Sets variables of the environment, from which alone MLflow takes these settings."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def one_kind_of_error(tracking_uri: str, *, failed: str = "was not brought up to date") -> Iterator[None]:
    """Turns whatever MLflow, its database or the disk raise into a `MirrorError`.

    The original is not chained, because its text and its frames may hold the password.

    Args:
        tracking_uri: The store.
        failed: What has failed, as the end of a sentence.
    """
    try:
        yield
    except MirrorError:
        raise
    except Exception as error:
        raise MirrorError(f"MLflow at {redacted(tracking_uri)} {failed}: {_reason(error)}.") from None


def _reason(error: Exception) -> str:
    text = one_line(redacted(str(error)))
    if any(sign in text for sign in _NO_ANSWER):
        return "it does not answer"
    return f"{type(error).__name__}: {shortened(text, length=_ERROR_LENGTH).rstrip('.')}"

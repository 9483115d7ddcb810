"""Reaching an MLflow store: made once and whole, asked with little patience, its errors turned into one kind."""

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
from mlflow_runs.stored import store_file

# MLflow's own are 7 and 120 seconds. A search should train on meanwhile, and a retried POST makes doubles.
_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
}
_NO_ANSWER = ("Max retries exceeded", "Connection refused", "Connection aborted", "timed out")
_ERROR_LENGTH = 200
_CHATTER = ("mlflow.store.db.utils", "alembic", "alembic.runtime.migration")


def is_server(tracking_uri: str) -> bool:
    """Whether the store is an MLflow server, which keeps its artifacts where it likes."""
    return tracking_uri.startswith(("http://", "https://"))


def sqlite_path(tracking_uri: str) -> Path | None:
    """The file of a SQLite URI, absolute; None for any other URI."""
    prefix = "sqlite:///"
    if not tracking_uri.startswith(prefix):
        return None
    return Path(tracking_uri[len(prefix) :].partition("?")[0]).absolute()


def absolute(tracking_uri: str) -> str:
    """The same store, named so that it is found from any folder."""
    path = sqlite_path(tracking_uri)
    return tracking_uri if path is None else f"sqlite:///{path}"


def default_artifact_location(tracking_uri: str) -> str | None:
    """`mlartifacts/` beside a SQLite file, or in the current folder for other databases; None for a server."""
    if is_server(tracking_uri):
        return None
    path = sqlite_path(tracking_uri)
    folder = Path.cwd() if path is None else path.parent
    return (folder / "mlartifacts").as_uri()


def prepare(tracking_uri: str) -> None:
    """Makes a SQLite store that does not exist yet, and looks whether one that does can be written.

    Several processes that open a brand-new store at once corrupt it. So the store is made under another name and
    appears under its own in one step, complete; of several makers the first wins.

    Raises:
        MirrorError: As `require` does.
    """
    path = sqlite_path(tracking_uri)
    if path is None:
        return
    if path.exists() and path.stat().st_size > 0:
        store_file.check(path, written=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".mlflow-") as folder:
        draft = Path(folder) / "draft.db"
        client(f"sqlite:///{draft}").search_experiments(max_results=1)
        _publish(_copy(draft, to=Path(folder) / "store.db"), path)


def _copy(source: Path, *, to: Path) -> Path:
    """A copy no open connection knows of (MLflow keeps its connection to the source), with a write-ahead log.

    With it the page can read while the search writes, and a commit takes a third of the time. The file remembers.
    """
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(to)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=WAL")
    return to


def _publish(draft: Path, path: Path) -> None:
    if path.exists() and path.stat().st_size == 0:  # an empty file is what an interrupted maker may have left
        os.replace(draft, path)
        return
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)


def require(tracking_uri: str, *, written: bool = False) -> None:
    """Makes sure that a SQLite store is there: asked to open any other file, MLflow would make its tables in it.

    Args:
        tracking_uri: The store.
        written: Whether it is going to be written.
    Raises:
        MirrorError: If the file is missing, none of MLflow's, made by another version, damaged, or can't be written.
    """
    path = sqlite_path(tracking_uri)
    if path is None:
        return
    if not path.is_file():
        raise MirrorError(
            f"there is no MLflow store at {path}. Start a search first, or name the store: --tracking-uri."
        )
    store_file.check(path, written=written)


def client(tracking_uri: str) -> Any:
    """An `MlflowClient` of this store, models included, with MLflow's own telemetry off."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow import MlflowClient

    with quiet():
        return MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)


def experiment(client: Any, name: str, *, tracking_uri: str, artifact_location: str | None = None) -> str:
    """The id of an experiment, which is made where it is missing.

    It is told where its artifacts go: left to itself MLflow writes into `mlruns/` of the current folder.

    Raises:
        MirrorError: If the experiment has been deleted.
    """
    found = client.get_experiment_by_name(name)
    if found is None:
        where = artifact_location or default_artifact_location(tracking_uri)
        return client.create_experiment(
            name, artifact_location=where, tags={names.EXPERIMENT_KIND: names.MODEL_DEVELOPMENT}
        )
    if found.lifecycle_stage != "active":
        raise MirrorError(f"The MLflow experiment {name!r} has been deleted; restore it, or name another one.")
    return found.experiment_id


def context_tags() -> dict[str, str]:
    """User, source file and git commit, which `MlflowClient.create_run` leaves out."""
    from mlflow.tracking.context.registry import resolve_tags

    return resolve_tags()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """MLflow and Alembic announce every step of making a store; nobody asked."""
    loggers = [logging.getLogger(name) for name in _CHATTER]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextlib.contextmanager
def discretion() -> Iterator[None]:
    """Keeps MLflow from printing while inside: a run's address, which has a server's password in it, or progress."""
    quiet_ones = {"MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}
    with _environment(quiet_ones):
        yield


@contextlib.contextmanager
def patience() -> Iterator[None]:
    """Short timeouts while inside, unless the user set their own."""
    with _environment({name: os.environ.get(name, value) for name, value in _PATIENCE.items()}):
        yield


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """MLflow takes these from the environment alone."""
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
    """Turns whatever MLflow, its database or the disk raise into a `MirrorError`; what is one already, or is another
    answer to a person, stays as it is.

    The original is not chained: its text and its frames may hold the password.
    """
    try:
        yield
    except MirrorError:
        raise
    except Exception as error:
        where = redacted(tracking_uri)
        raise MirrorError(f"MLflow at {where} {failed}: {_said(error)}.") from None


def _said(error: Exception) -> str:
    text = one_line(redacted(str(error)))
    if any(sign in text for sign in _NO_ANSWER):
        return "it does not answer"
    return f"{type(error).__name__}: {shortened(text, length=_ERROR_LENGTH).rstrip('.')}"

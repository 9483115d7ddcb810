"""Where a person finds a study: the command that opens MLflow's page, and the addresses in it."""

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from mlflow_runs import saved_view
from mlflow_runs.safe_text import redacted
from mlflow_runs.stored import store
from search.cli.location import DEFAULT_EXPERIMENT, DEFAULT_STORAGE, DEFAULT_TRACKING_URI

DEFAULT_PORT = 5000  # MLflow's own


@dataclass(frozen=True)
class Address:
    """Where a study is seen.

    Attributes:
        command: The shell command that starts the page; None where a server runs already.
        charts: The address of accuracy over FLOPs.
        table: The address of the front as a table.
        run: The address of the parent run, with the description.
    """

    command: str | None
    charts: str
    table: str
    run: str


def address(
    tracking_uri: str, *, experiment: str, experiment_id: str, study: str, parent: str, at: str | None = None
) -> Address:
    """Where `study` is seen. No password is in it: a browser asks for it, and in a command it is to be filled in.

    Args:
        tracking_uri: The store.
        experiment: The experiment's name.
        experiment_id: MLflow's id of the experiment.
        study: The study's name.
        parent: The parent run's id.
        at: Where the page answers, if not at `page(tracking_uri)`.
    """
    at = page(tracking_uri) if at is None else at
    view = f"{at}/#/experiments/{experiment_id}/runs?workflowType=machine_learning&compareRunsMode={{}}"
    view += "&viewStateShareKey={}"
    return Address(
        command=ui_command(tracking_uri, experiment=experiment, study=study),
        charts=view.format("CHART", saved_view.chart_key(study)),
        table=view.format("TABLE", saved_view.table_key(study)),
        run=run_page(at, experiment_id=experiment_id, run=parent),
    )


def run_page(at: str, *, experiment_id: str, run: str) -> str:
    """The address of a run, with its description; `at` is where the page answers."""
    return f"{at}/#/experiments/{experiment_id}/runs/{run}?workflowType=machine_learning"


def page(tracking_uri: str, *, port: int = DEFAULT_PORT) -> str:
    """Where the page of this store answers: the server itself, else this machine at `port`."""
    if not store.is_server(tracking_uri):
        return f"http://127.0.0.1:{port}"
    parts = urlsplit(tracking_uri)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def ui_command(tracking_uri: str, *, experiment: str, study: str) -> str | None:
    """The command that starts MLflow's page and opens `study` in it, as short as it can be; None for a server."""
    if store.is_server(tracking_uri):
        return None
    words = [python(), "-m", "search.ui", *flag("--study", study)]
    if store.absolute(tracking_uri) != store.absolute(DEFAULT_TRACKING_URI):
        words += flag("--tracking-uri", redacted(store.absolute(tracking_uri)))
    if experiment != DEFAULT_EXPERIMENT:
        words += flag("--experiment", experiment)
    return shlex.join(words)


def sync_command(study: str, *, storage: str, tracking_uri: str, experiment: str, check: bool = False) -> str:
    """The command that brings MLflow up to date with a study, or compares the two; as short as it can be."""
    words = [python(), "-m", "search.sync"]
    given = {"--storage": (storage, DEFAULT_STORAGE), "--tracking-uri": (tracking_uri, DEFAULT_TRACKING_URI)}
    given |= {"--experiment": (experiment, DEFAULT_EXPERIMENT)}
    for name, (value, usual) in given.items():
        words += flag(name, redacted(value)) if value != usual else []
    words += ["--check"] * check
    return shlex.join([*words, *(["--", study] if study.startswith("-") else [study])])


def flag(name: str, value: str) -> list[str]:
    """A flag and its value as words of a command; a value that begins like a flag is joined to it by an equals sign."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


def python() -> str:
    """How a person types the Python that runs this: `python` where that is it, else its path, short where it can be."""
    if (found := shutil.which("python")) and os.path.samefile(os.path.dirname(found), os.path.dirname(sys.executable)):
        return "python"
    here = os.path.relpath(sys.executable)
    return sys.executable if here.startswith(os.pardir) else here

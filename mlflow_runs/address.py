"""Where a person finds a study: the command that opens MLflow's page, and the addresses in it."""

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from mlflow_runs import saved_view, store
from mlflow_runs.safe_text import redacted

_LOCAL_PAGE = "http://127.0.0.1:5000"
_LIGHT = "MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true"  # 2 processes instead of 15


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


def address(tracking_uri: str, *, experiment_id: str, study: str, parent: str) -> Address:
    """Where `study` is seen. No password is in it: a browser asks for it, and in a command it is to be filled in.

    Args:
        tracking_uri: The store.
        experiment_id: MLflow's id of the experiment.
        study: The study's name.
        parent: The parent run's id.
    """
    experiment = f"{page(tracking_uri)}/#/experiments/{experiment_id}/runs"
    view = f"{experiment}?workflowType=machine_learning&compareRunsMode={{mode}}&viewStateShareKey={{key}}"
    return Address(
        command=ui_command(tracking_uri),
        charts=view.format(mode="CHART", key=saved_view.chart_key(study)),
        table=view.format(mode="TABLE", key=saved_view.table_key(study)),
        run=f"{experiment}/{parent}?workflowType=machine_learning",
    )


def page(tracking_uri: str) -> str:
    """Where the page of this store answers: the server itself, else `mlflow ui`'s own address."""
    if not store.is_server(tracking_uri):
        return _LOCAL_PAGE
    parts = urlsplit(tracking_uri)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def ui_command(tracking_uri: str) -> str | None:
    """The command that starts MLflow's page in its light form, on this machine alone; None for a server."""
    if store.is_server(tracking_uri):
        return None
    uri = shlex.quote(redacted(store.absolute(tracking_uri)))
    return f"{_LIGHT} {shlex.quote(python())} -m mlflow ui --workers 1 --backend-store-uri {uri}"


def python() -> str:
    """How a person types the Python that runs this: `python` where that is it, else its path, short where it can be."""
    if (found := shutil.which("python")) and os.path.samefile(os.path.dirname(found), os.path.dirname(sys.executable)):
        return "python"
    here = os.path.relpath(sys.executable)
    return sys.executable if here.startswith(os.pardir) else here

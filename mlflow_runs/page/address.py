"""The addresses of a study in MLflow's page."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from mlflow_runs.page import saved_view
from mlflow_runs.stored import store

DEFAULT_PORT = 5000  # MLflow's own


@dataclass(frozen=True)
class Address:
    """Where a study is seen.

    Attributes:
        charts: The address of accuracy over cost.
        table: The address of the front as a table.
        run: The address of the parent run, with the description.
    """

    charts: str
    table: str
    run: str


def address(tracking_uri: str, *, experiment_id: str, study: str, parent: str, page: str | None = None) -> Address:
    """Where `study` is seen. No password is in it: a browser asks for it.

    Args:
        tracking_uri: The store.
        experiment_id: MLflow's id of the experiment.
        study: The study's name.
        parent: The parent run's id.
        page: The page's address, if it is not `page_address(tracking_uri)`.
    """
    page = page_address(tracking_uri) if page is None else page
    view = f"{page}/#/experiments/{experiment_id}/runs?workflowType=machine_learning&compareRunsMode={{}}"
    view += "&viewStateShareKey={}"
    return Address(
        charts=view.format("CHART", saved_view.chart_key(study)),
        table=view.format("TABLE", saved_view.table_key(study)),
        run=run_address(page, experiment_id=experiment_id, run=parent),
    )


def run_address(page: str, *, experiment_id: str, run: str) -> str:
    """The address of a run, with its description, in the page at the address `page`."""
    return f"{page}/#/experiments/{experiment_id}/runs/{run}?workflowType=machine_learning"


def page_address(tracking_uri: str, *, port: int = DEFAULT_PORT) -> str:
    """The address of the page of a store: the server itself, else this machine at `port`."""
    if not store.is_server(tracking_uri):
        return f"http://127.0.0.1:{port}"
    parts = urlsplit(tracking_uri)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

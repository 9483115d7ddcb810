"""The addresses of a study in MLflow's page."""

import pytest

from mlflow_runs.page.address import address, page_address

PLACE = {"experiment_id": "3", "study": "<b>", "parent": "p1"}


def test_addresses_in_a_local_page():
    local = address("sqlite:///mlflow.db", **PLACE)
    start = "http://127.0.0.1:5000/#/experiments/3/runs?workflowType=machine_learning&compareRunsMode="
    assert local.charts.startswith(f"{start}CHART&viewStateShareKey=")
    assert local.table.startswith(f"{start}TABLE&viewStateShareKey=")
    assert local.run.startswith("http://127.0.0.1:5000/#/experiments/3/runs/p1")
    assert "<" not in local.charts + local.table


@pytest.mark.parametrize("part", ["charts", "table", "run"])
def test_addresses_at_another_port(part):
    local = address("sqlite:///mlflow.db", **PLACE)
    moved = address("sqlite:///mlflow.db", page=page_address("sqlite:///mlflow.db", port=5007), **PLACE)
    assert getattr(moved, part) == getattr(local, part).replace(":5000/", ":5007/")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("http://server:5000", "http://server:5000"),
        ("https://me:geheim@server/mlflow/", "https://server/mlflow"),
        ("postgresql://me:geheim@db/mlflow", "http://127.0.0.1:5000"),
    ],
)
def test_the_address_of_a_page(uri, expected):
    assert page_address(uri) == expected

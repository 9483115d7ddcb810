"""Commands and addresses to print."""

import os
import sys

import pytest

from mlflow_runs.address import address, page, python, ui_command


def test_a_file_is_opened_by_a_light_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    assert ui_command("sqlite:///mlflow.db") == (
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true "
        f"python -m mlflow ui --workers 1 --backend-store-uri sqlite:///{tmp_path}/mlflow.db"
    )
    assert "'sqlite:////a b/$x.db'" in ui_command("sqlite:////a b/$x.db")


def test_addresses_in_a_local_page():
    found = address("sqlite:///mlflow.db", experiment_id="3", study="<b>", parent="p1")
    start = "http://127.0.0.1:5000/#/experiments/3/runs?workflowType=machine_learning&compareRunsMode="
    assert found.charts.startswith(f"{start}CHART&viewStateShareKey=")
    assert found.table.startswith(f"{start}TABLE&viewStateShareKey=")
    assert found.run.startswith("http://127.0.0.1:5000/#/experiments/3/runs/p1")
    assert "<" not in found.charts + found.table


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("http://server:5000", "http://server:5000"),
        ("https://me:geheim@server/mlflow/", "https://server/mlflow"),
        ("postgresql://me:geheim@db/mlflow", "http://127.0.0.1:5000"),
    ],
)
def test_page(uri, expected):
    assert page(uri) == expected


def test_no_command_for_a_server_and_no_password_in_one_for_a_database():
    assert ui_command("http://server:5000") is None
    assert "geheim" not in ui_command("postgresql://me:geheim@db/mlflow")


def test_the_python_is_named_as_a_person_would_type_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the tests may run in the folder that holds the Python
    monkeypatch.setenv("PATH", str(tmp_path))
    assert python() == sys.executable
    monkeypatch.chdir(os.path.dirname(os.path.dirname(sys.executable)))
    assert python() == os.path.join("bin", os.path.basename(sys.executable))
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    assert python() == "python"

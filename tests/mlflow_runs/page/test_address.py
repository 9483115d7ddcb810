"""Commands and addresses to print."""

import os
import shlex
import subprocess
import sys

import pytest

from mlflow_runs.page.address import address, page, python, sync_command, ui_command
from search import sync
from search.ui import parser


@pytest.fixture
def python_on_the_path(tmp_path, monkeypatch):
    """The current folder is an empty one, and a person would type `python`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))


@pytest.mark.parametrize(
    ("uri", "experiment", "study", "flags"),
    [
        ("sqlite:///mlflow.db", "pareto-cnn-search", "mine", []),
        ("sqlite:///{here}/mlflow.db", "pareto-cnn-search", "mine", []),
        ("sqlite:///other.db", "pareto-cnn-search", "mine", ["--tracking-uri", "sqlite:///{here}/other.db"]),
        ("sqlite:////a b/$x.db", "pareto-cnn-search", "mine", ["--tracking-uri", "sqlite:////a b/$x.db"]),
        ("sqlite:///mlflow.db", "it's", "mine", ["--experiment", "it's"]),
    ],
)
@pytest.mark.usefixtures("python_on_the_path")
def test_the_command_names_what_is_not_the_default(uri, experiment, study, flags, tmp_path):
    command = ui_command(uri.format(here=tmp_path), experiment=experiment, study=study)
    expected = ["python", "-m", "search.ui", "--study", study, *(flag.format(here=tmp_path) for flag in flags)]
    assert shlex.split(command) == expected


@pytest.mark.usefixtures("python_on_the_path")
@pytest.mark.parametrize("study", ["mine", "it's $HOME `id` \\", "-x", "--study", "a b=c", "🦊"])
def test_a_shell_and_the_parser_read_the_study_in_the_command(study):
    command = ui_command("sqlite:///mlflow.db", experiment="-e", study=study)
    printed = subprocess.run(f"printf '%s\\0' {command}", shell=True, capture_output=True, text=True, check=True)
    options = parser().parse_args(printed.stdout.split("\0")[3:-1])
    assert (options.study, options.experiment) == (study, "-e")


@pytest.mark.usefixtures("python_on_the_path")
@pytest.mark.parametrize("study", ["mine", "it's $HOME `id` \\", "-x", "--check", "a b=c"])
def test_a_shell_and_the_parser_read_the_command_that_catches_up(study):
    places = {"storage": "postgresql://me:geheim@host/a b", "tracking_uri": "http://me@host", "experiment": "-e"}
    command = sync_command(study, **places)
    printed = subprocess.run(f"printf '%s\\0' {command}", shell=True, capture_output=True, text=True, check=True)
    options = sync.parser().parse_args(printed.stdout.split("\0")[3:-1])
    assert (options.study, options.experiment, options.check) == (study, "-e", False)
    assert options.storage == "postgresql://me:***@host/a b"
    assert options.tracking_uri == "http://***@host"


@pytest.mark.usefixtures("python_on_the_path")
def test_the_command_that_catches_up_is_short_where_all_is_usual():
    usual = {"storage": "sqlite:///search.db", "tracking_uri": "sqlite:///mlflow.db"}
    assert sync_command("mine", **usual, experiment="pareto-cnn-search") == "python -m search.sync mine"


def test_addresses_in_a_local_page():
    told = {"experiment": "search", "experiment_id": "3", "study": "<b>", "parent": "p1"}
    found = address("sqlite:///mlflow.db", **told)
    start = "http://127.0.0.1:5000/#/experiments/3/runs?workflowType=machine_learning&compareRunsMode="
    assert found.charts.startswith(f"{start}CHART&viewStateShareKey=")
    assert found.table.startswith(f"{start}TABLE&viewStateShareKey=")
    assert found.run.startswith("http://127.0.0.1:5000/#/experiments/3/runs/p1")
    assert "<" not in found.charts + found.table
    elsewhere = address("sqlite:///mlflow.db", at=page("sqlite:///mlflow.db", port=5007), **told)
    for part in ("charts", "table", "run"):
        assert getattr(elsewhere, part) == getattr(found, part).replace(":5000/", ":5007/")


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
    assert ui_command("http://server:5000", experiment="search", study="mine") is None
    command = ui_command("postgresql://me:geheim@db/mlflow", experiment="search", study="mine")
    assert "postgresql://me:***@db/mlflow" in command


def test_the_python_is_named_as_a_person_would_type_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the tests may run in the folder that holds the Python
    monkeypatch.setenv("PATH", str(tmp_path))
    assert python() == sys.executable
    monkeypatch.chdir(os.path.dirname(os.path.dirname(sys.executable)))
    assert python() == os.path.join("bin", os.path.basename(sys.executable))
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    assert python() == "python"

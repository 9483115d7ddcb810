"""Commands that are shown can be copied and run."""

import os
import shlex
import subprocess
import sys

import pytest

from search import export, sync, ui
from search.cli.location import StudyLocation
from search.cli.shell_command import export_command, python_command, sync_command, ui_command

NAMES = [
    "digits-hybrid",
    "-rf",
    "--help",
    "a b",
    "it's",
    '"',
    "$(id)",
    "<script>alert(1)</script>",
    "日本 🙂",
    "a/b\\c",
    "x" * 200,
]


@pytest.mark.parametrize("name", NAMES)
def test_the_export_command_names_the_study_whatever_its_name(name):
    location = StudyLocation(storage="-odd.db", data_dir=name)
    _, _, _, *words = shlex.split(export_command(name, "--trial", "3", location=location))
    options = export.parser().parse_args(words)
    assert (options.study, options.data_dir, options.storage, options.trial) == (name, name, "-odd.db", 3)


@pytest.fixture
def python_on_the_path(tmp_path, monkeypatch):
    """The current folder is an empty one, and a person would type `python`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))


def words_in_a_shell(command):
    """What follows `python -m MODULE` once a shell has read the command."""
    printed = subprocess.run(f"printf '%s\\0' {command}", shell=True, capture_output=True, text=True, check=True)
    return printed.stdout.split("\0")[3:-1]


@pytest.mark.parametrize(
    ("uri", "experiment", "flags"),
    [
        ("sqlite:///mlflow.db", "pareto-cnn-search", []),
        ("sqlite:///{here}/mlflow.db", "pareto-cnn-search", []),
        ("sqlite:///other.db", "pareto-cnn-search", ["--tracking-uri", "sqlite:///{here}/other.db"]),
        ("sqlite:////a b/$x.db", "pareto-cnn-search", ["--tracking-uri", "sqlite:////a b/$x.db"]),
        ("sqlite:///mlflow.db", "it's", ["--experiment", "it's"]),
    ],
)
@pytest.mark.usefixtures("python_on_the_path")
def test_the_page_of_a_study_names_what_is_not_the_default(uri, experiment, flags, tmp_path):
    command = ui_command(uri.format(here=tmp_path), experiment=experiment, study="mine")
    expected = ["python", "-m", "search.ui", "--study", "mine", *(flag.format(here=tmp_path) for flag in flags)]
    assert shlex.split(command) == expected


@pytest.mark.parametrize("study", NAMES)
@pytest.mark.usefixtures("python_on_the_path")
def test_the_page_of_a_study_is_of_that_study(study):
    options = ui.parser().parse_args(words_in_a_shell(ui_command("sqlite:///mlflow.db", experiment="-e", study=study)))
    assert (options.study, options.experiment) == (study, "-e")


def test_a_server_has_a_page_already_and_no_command_shows_a_password():
    assert ui_command("http://server:5000", experiment="search", study="mine") is None
    command = ui_command("postgresql://me:geheim@db/mlflow", experiment="search", study="mine")
    assert "postgresql://me:***@db/mlflow" in command


@pytest.mark.parametrize("study", [*NAMES, "--check"])
@pytest.mark.usefixtures("python_on_the_path")
def test_the_sync_of_a_study_is_one_of_that_study(study):
    places = {"storage": "postgresql://me:geheim@host/a b", "tracking_uri": "http://me@host", "experiment": "-e"}
    options = sync.parser().parse_args(words_in_a_shell(sync_command(study, **places)))
    assert (options.study, options.experiment, options.check) == (study, "-e", False)
    assert options.storage == "postgresql://me:***@host/a b"
    assert options.tracking_uri == "http://***@host"


@pytest.mark.usefixtures("python_on_the_path")
def test_the_sync_of_a_study_is_short_where_all_is_usual():
    usual = {"storage": "sqlite:///search.db", "tracking_uri": "sqlite:///mlflow.db"}
    assert sync_command("mine", **usual, experiment="pareto-cnn-search") == "python -m search.sync mine"


@pytest.mark.usefixtures("python_on_the_path")
def test_a_name_that_looks_like_a_password_stays():
    words = ["--study", "token=abc", "--dataset", "pwd=1/a:b@c", "--storage", "sqlite:////data/me:x@y/secret=1.db"]
    assert shlex.split(python_command("search.run", words))[3:] == words
    assert "geheim" not in python_command("search.run", ["--storage=postgresql://me:geheim@host/db"])

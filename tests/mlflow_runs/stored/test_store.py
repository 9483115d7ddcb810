"""Making and reaching a store."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import store

ROOT = Path(__file__).parents[3]


def test_a_new_store_is_whole_and_alone_in_its_folder(tmp_path):
    path = tmp_path / "new folder" / "it's #1 & ümlaut.db"
    store.prepare(f"sqlite:///{path}")
    assert os.listdir(path.parent) == [path.name]
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("SELECT name FROM experiments").fetchall() == [("Default",)]


def test_what_exists_is_left_alone(uri):
    path = store.sqlite_path(uri)
    before = path.stat()
    store.prepare(uri)
    assert path.stat() == before


@pytest.mark.long
def test_two_processes_make_one_store(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    code = f"from mlflow_runs.stored import store; store.prepare({uri!r})"
    makers = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(2)]
    assert [maker.wait() for maker in makers] == [0, 0]
    assert os.listdir(tmp_path) == ["mlflow.db"]
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_artifacts_lie_beside_the_file_and_nowhere_else(uri, reader, study, trial, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    Mirror(tracking_uri=uri, experiment="search").update(study([trial(0)]))
    assert reader.experiment().artifact_location == (tmp_path / "mlartifacts").as_uri()
    assert (tmp_path / "mlartifacts").is_dir()
    assert os.listdir(elsewhere) == []


def test_an_artifact_location_is_taken(uri, reader, study, trial, tmp_path):
    location = (tmp_path / "over there").as_uri()
    Mirror(tracking_uri=uri, experiment="search", artifact_location=location).update(study([trial(0)]))
    assert any((tmp_path / "over there").rglob("layers.csv"))


@pytest.mark.parametrize("uri", ["http://server:5000", "https://server"])
def test_a_server_keeps_its_own_artifacts(uri):
    assert store.default_artifact_location(uri) is None


def test_the_environment_is_as_it_was(uri, study, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "77")
    with store.short_timeouts():
        assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "77"
        assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "0"
    assert "MLFLOW_HTTP_REQUEST_MAX_RETRIES" not in os.environ


def test_importing_the_package_is_light():
    """Commands answer `--help` in under half a second."""
    code = (
        "import sys, mlflow_runs.sync, mlflow_runs.registry, mlflow_runs.figures.overlay\n"
        "heavy = {'mlflow', 'plotly', 'matplotlib', 'tensorflow', 'keras', 'optuna', 'numpy', 'pandas', 'sqlalchemy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_store_is_told_from_other_files(uri, tmp_path):
    store.require(uri)
    store.require("http://server:5000")
    path = tmp_path / "it's #1 & ümlaut.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE studies (study_id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(MirrorError, match="is not a store of MLflow's"):
        store.require(f"sqlite:///{path}")
    with pytest.raises(MirrorError, match="there is no MLflow store at"):
        store.require(f"sqlite:///{tmp_path}/none.db")
    assert path.read_bytes() == before
    assert not (tmp_path / "none.db").exists()

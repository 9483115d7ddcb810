"""A store that is moved or copied keeps its artifacts beside it, and MLflow itself finds them there."""

import os
import shutil
from pathlib import Path

import pytest

from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import store
from mlflow_runs.stored.sqlite_url import sqlite_url
from tests.mlflow_runs.made_studies import Reader
from tests.mlflow_runs.stored.test_sqlite_url import ODD_NAMES


def uri_in(folder):
    return sqlite_url(folder / "mlflow.db")


def mirrored(folder, study, *trials):
    """A mirror that has written these trials into the store of a folder."""
    mirror = Mirror(tracking_uri=uri_in(folder), experiment="search")
    mirror.update(study(trials))
    return mirror


def reader(folder):
    return Reader(store.client(uri_in(folder)))


def folders_of_runs(folder):
    """Where MLflow looks for the artifacts of each run: local paths."""
    return {Path(store_path(run.info.artifact_uri)) for run in reader(folder).runs()}


def store_path(address):
    from mlflow.utils.file_utils import local_file_uri_to_path

    return local_file_uri_to_path(address)


@pytest.fixture
def project(tmp_path, empty_store, study, trial):
    """A folder with a store of one trial."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(empty_store, folder)
    mirrored(folder, study, trial(0))
    return folder


def test_a_moved_project_writes_beside_itself_and_makes_no_old_folder_again(project, study, trial):
    moved = project.rename(project.with_name("moved"))
    mirrored(moved, study, trial(0), trial(1))
    assert not project.exists()
    assert all(folder.is_relative_to(moved / "mlartifacts") for folder in folders_of_runs(moved))
    for run in reader(moved).children().values():
        assert reader(moved).artifact(run, "layers.csv")
    assert reader(moved).artifact(reader(moved).parent(), "front/front.png")


def test_two_copies_write_apart(project, study, trial):
    copy = shutil.copytree(project, project.with_name("copy"))
    mirrored(copy, study, trial(0), trial(1), trial(2))
    before = sorted(project.rglob("*.csv"))
    shutil.rmtree(copy)
    mirrored(project, study, trial(0), trial(1))
    assert set(before) < set(project.rglob("*.csv"))
    assert not copy.exists()


def test_a_copy_that_has_no_artifacts_yet_makes_its_own(tmp_path, empty_store, study, trial):
    original, copy = tmp_path / "original", tmp_path / "copy"
    original.mkdir()
    shutil.copy(empty_store, original)
    client = store.client(uri_in(original))
    store.experiment(client, "search", tracking_uri=uri_in(original))
    shutil.copytree(original, copy)
    mirrored(copy, study, trial(0))
    assert (copy / "mlartifacts").is_dir() and not (original / "mlartifacts").exists()


def test_a_reader_of_a_moved_store_finds_its_artifacts(project):
    moved = project.rename(project.with_name("moved"))
    store.require(uri_in(moved))
    assert reader(moved).artifact(reader(moved).parent(), "front/front.csv")


def test_where_only_the_file_was_moved_the_artifacts_are_still_found(mirrored_uri):
    store.require(mirrored_uri)
    reader = Reader(store.client(mirrored_uri))
    assert reader.artifact(reader.parent(), "front/front.csv")


def test_another_name_of_the_same_folder_changes_nothing(project, tmp_path):
    before = folders_of_runs(project)
    link = tmp_path / "link"
    link.symlink_to(project)
    store.require(uri_in(link))
    assert folders_of_runs(project) == before


def test_artifacts_elsewhere_stay_where_they_are(project, tmp_path, study, trial):
    for location in (tmp_path / "elsewhere", tmp_path / "mlartifacts" / "deeper"):
        mirror = Mirror(tracking_uri=uri_in(project), experiment=location.name, artifact_location=location.as_uri())
        mirror.update(study([trial(0)]))
    moved = project.rename(project.with_name("moved"))
    store.require(uri_in(moved))
    locations = {one.name: one.artifact_location for one in store.client(uri_in(moved)).search_experiments()}
    assert locations["elsewhere"] == (tmp_path / "elsewhere").as_uri()
    assert locations["deeper"] == (tmp_path / "mlartifacts" / "deeper").as_uri()
    assert locations["search"] == (moved / "mlartifacts").as_uri()


def test_a_registered_model_moves_too(project):
    address = f"{(project / 'mlartifacts').as_uri()}/models/m-1"
    client = store.client(uri_in(project))
    client.create_registered_model("net")
    client.create_model_version("net", source=address)
    moved = project.rename(project.with_name("moved"))
    store.require(uri_in(moved))
    version = store.client(uri_in(moved)).get_model_version("net", "1")
    assert version.source == f"{(moved / 'mlartifacts').as_uri()}/models/m-1"


@pytest.mark.skipif(os.getuid() == 0, reason="root may write any file")
def test_a_store_that_can_only_be_read_is_read(project):
    moved = project.rename(project.with_name("moved"))
    (moved / "mlflow.db").chmod(0o400)
    store.require(uri_in(moved))


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_folder_of_any_name(tmp_path, monkeypatch, study, trial, empty_store, name):
    """The default store of a working directory, as `sqlite:///mlflow.db` names it."""
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(empty_store, folder)
    monkeypatch.chdir(folder)
    Mirror(tracking_uri="sqlite:///mlflow.db", experiment="search").update(study([trial(0)]))
    assert os.listdir(tmp_path) == [name]
    assert {file.removesuffix("-wal").removesuffix("-shm") for file in os.listdir(folder)} == {
        "mlflow.db",
        "mlartifacts",
    }
    assert reader(folder).artifact(reader(folder).parent(), "front/front.csv")


def test_a_new_store_in_a_folder_with_both_quotes(tmp_path):
    folder = tmp_path / """it's 100% "new"?"""
    store.prepare(uri_in(folder))
    assert os.listdir(tmp_path) == [folder.name] and os.listdir(folder) == ["mlflow.db"]
    default = store.client(uri_in(folder)).get_experiment("0")
    assert Path(store_path(default.artifact_location)) == folder / "mlartifacts" / "0"

"""Weights of waiting trainings: whose they are, and that nothing of them is left when they are used up."""

import shutil

from mlflow_runs.stored.sqlite_url import sqlite_url
from search.running.waiting_weights import waiting_weights


def put(folder, name="net.npz"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).touch()


def test_weights_wait_beside_the_study_and_move_with_it(tmp_path):
    project = tmp_path / "what? #1"
    project.mkdir()
    with waiting_weights(sqlite_url(project / "search.db"), "abc") as folder:
        put(folder)
    moved = project.rename(tmp_path / "moved")
    with waiting_weights(sqlite_url(moved / "search.db"), "abc") as folder:
        assert (folder / "net.npz").exists()


def test_a_copy_of_a_project_has_its_own(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    with waiting_weights(sqlite_url(project / "search.db"), "abc") as folder:
        put(folder)
    copy = shutil.copytree(project, tmp_path / "copy")
    with waiting_weights(sqlite_url(project / "search.db"), "abc") as folder:
        shutil.rmtree(folder)
    with waiting_weights(sqlite_url(copy / "search.db"), "abc") as folder:
        assert (folder / "net.npz").exists()
    assert list(project.iterdir()) == []


def test_two_studies_and_two_storages_of_a_folder_have_one_each(tmp_path):
    folders = []
    for file, study in (("search.db", "abc"), ("search.db", "def"), ("other.db", "abc")):
        with waiting_weights(sqlite_url(tmp_path / file), study) as folder:
            put(folder)
            folders.append(folder)
    assert len(set(folders)) == 3 and all(folder.is_relative_to(tmp_path) for folder in folders)


def test_the_last_study_takes_the_folder_with_it(tmp_path):
    url = sqlite_url(tmp_path / "search.db")
    with waiting_weights(url, "abc") as first, waiting_weights(url, "def") as second:
        put(first)
        put(second)
        shutil.rmtree(second)
    assert first.is_dir()
    with waiting_weights(url, "abc"):
        shutil.rmtree(first)
    assert list(tmp_path.iterdir()) == []


def test_a_storage_that_is_no_file_keeps_them_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with waiting_weights("postgresql://host/name", "abc") as folder:
        assert folder == tmp_path / "search-weights" / "abc"

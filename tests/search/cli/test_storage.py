"""Storages: a file that is damaged, foreign or missing is refused in one sentence, and stays as it is."""

import sqlite3

import optuna
import pytest

from search.cli.storage import open_storage, storage_errors, stored_study
from search.errors import SearchError
from search.optimizer.trials import attributes as attr

BOUNDS = {"reference_loss": 0.9, "lowest_cost": 1.0, "highest_cost": 2.0}


def make_study(storage, name):
    study = optuna.create_study(study_name=name, storage=storage, directions=["maximize", "minimize"])
    study.set_user_attr(attr.SETTINGS, {"epochs": 3})
    study.set_user_attr(attr.BOUNDS, BOUNDS)


def test_a_new_storage_is_created_with_a_write_ahead_log(tmp_path):
    open_storage(f"sqlite:///{tmp_path}/new.db")
    with sqlite3.connect(tmp_path / "new.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_study_is_found_by_name_or_because_it_is_the_only_one(tmp_path):
    url = f"sqlite:///{tmp_path}/search.db"
    storage = open_storage(url)
    make_study(storage, "one")
    assert stored_study(url, None).name == stored_study(url, "one").name == "one"
    make_study(storage, "two")
    with pytest.raises(SearchError, match="no study was named; the storage .* has 'one', 'two'. Name one of them."):
        stored_study(url, None)
    with pytest.raises(SearchError, match="there is no study 'three'"):
        stored_study(url, "three")


def test_a_study_of_another_program_is_refused(tmp_path):
    url = f"sqlite:///{tmp_path}/search.db"
    optuna.create_study(study_name="other", storage=open_storage(url))
    with pytest.raises(SearchError, match="study 'other' was not created by python -m search.run"):
        stored_study(url, "other")


def foreign(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (text)")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_bytes(b"this is no database, however long it may be"), "not a database"),
        (foreign, "is not an Optuna storage"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_stays_as_it_is(tmp_path, make, message):
    make(tmp_path / "search.db")
    before = (tmp_path / "search.db").read_bytes()
    with pytest.raises(SearchError, match=message):
        open_storage(f"sqlite:///{tmp_path}/search.db")
    assert (tmp_path / "search.db").read_bytes() == before


def test_a_missing_storage_is_not_created(tmp_path):
    with pytest.raises(SearchError, match="there is no storage .*search.db. Name the search's storage"):
        open_storage(f"sqlite:///{tmp_path}/search.db", must_exist=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["magic://me:geheim@host/x", "postgresql://me:geheim@127.0.0.1:1/x", "geheim", ""])
def test_a_url_that_can_not_be_used_is_shown_without_its_password(url):
    with pytest.raises(SearchError) as raised:
        open_storage(url)
    assert "me:geheim" not in str(raised.value) and "\n" not in str(raised.value)


def test_an_error_of_the_database_says_what_to_do_and_others_pass():
    with (
        pytest.raises(SearchError, match="database is locked.*End the program that has locked it"),
        storage_errors("x"),
    ):
        raise sqlite3.OperationalError("database is locked")
    with pytest.raises(KeyError), storage_errors("x"):
        raise KeyError("another")

"""Files as URLs and back, as SQLAlchemy reads them, whatever their names."""

import pytest
from sqlalchemy import create_engine, make_url, text

from mlflow_runs.stored.sqlite_url import sqlite_path, sqlite_url

ODD_NAMES = [
    "a b",
    "what?",
    "a?b=c",
    "#1",
    "100%",
    "%3F",
    "it's",
    'a "b"',
    "$HOME",
    "a;b&c",
    "a:b@c",
    "ü 日本",
    "-rf",
    "a\\b",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_of_any_name_has_a_url_that_leads_to_it(tmp_path, name):
    file = tmp_path / name / f"{name}.db"
    file.parent.mkdir()
    url = sqlite_url(file)
    assert make_url(url).database == str(file) == str(sqlite_path(url))
    with create_engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE numbers (number INTEGER)"))
    assert [one.name for one in tmp_path.rglob("*")] == [name, file.name]


@pytest.mark.parametrize("name", ["search.db", "/data/search.db", "a b/it's #1 ümlaut.db"])
def test_an_ordinary_name_stays_readable(name):
    assert sqlite_url(name) == f"sqlite:///{name}"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///search.db", "search.db"),
        ("sqlite:///search.db?timeout=30", "search.db"),
        ("sqlite:////a%20b/search.db", "/a b/search.db"),
        ("sqlite:///:memory:", None),
        ("sqlite://", None),
        ("postgresql://host/name", None),
        ("http://host:5000", None),
        ("search.db", None),
    ],
)
def test_the_file_of_a_url(url, path):
    assert (None if sqlite_path(url) is None else str(sqlite_path(url))) == path

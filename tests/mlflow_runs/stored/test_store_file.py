"""A file that MLflow can't use, or would spoil, is refused in a sentence before anything is written."""

import os
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import store, store_file

AN_OLDER_REVISION = "acf3f17fdcc7"  # of 2023
NOBODY = 65534


@pytest.fixture
def path(uri):
    return store.sqlite_path(uri)


def everything(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def refused(path):
    """The sentence that a mirror and a reader get. Nothing is written."""
    before = everything(path.parent)
    uri = f"sqlite:///{path}"
    with pytest.raises(MirrorError) as written:
        Mirror(tracking_uri=uri, experiment="search")
    with pytest.raises(MirrorError) as read:
        store.require(uri)
    assert everything(path.parent) == before
    assert str(written.value) == str(read.value)
    assert "\n" not in str(read.value)
    return str(read.value)


def test_a_store_of_this_mlflow_is_taken_and_nothing_is_left_beside_it(path):
    before = everything(path.parent)
    store_file.check(path, written=True)
    assert everything(path.parent) == before


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        (AN_OLDER_REVISION, "was made by an older MLflow than the [0-9.]+ .* mlflow db upgrade sqlite:///{path}$"),
        ("", "was made by an older MLflow than the [0-9.]+ .* mlflow db upgrade sqlite:///{path}$"),
        ("ffffffffffff", "was made by another, probably newer MLflow than the [0-9.]+ .* Install that one"),
    ],
)
def test_another_versions_store(path, revision, message):
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        db.commit()
    assert re.search(message.format(path=re.escape(str(path))), refused(path))


def test_a_file_of_somebody_elses(tmp_path):
    path = tmp_path / "search.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE studies (study_id INTEGER)")
    assert refused(path) == f"{path} is not a store of MLflow's. Name the one that is."


@pytest.mark.parametrize("page", [1, 5])
def test_a_damaged_file(path, page):
    """The head of one of its pages, as a bad disk or a copy that was cut short leaves it."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = db.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[page * size : page * size + 64] = b"\xff" * 64
    path.write_bytes(content)
    assert re.search(r" is damaged \(.+\)\. Bring back a copy\. Or move it away", refused(path))


def as_nobody(answer):
    """What `answer` returns to a user without rights, where the tests run as one who has them all."""
    if os.geteuid() != 0:
        return answer()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(NOBODY)
        os.write(writing, answer().encode())
        os._exit(0)
    os.waitpid(child, 0)
    return os.read(reading, 10_000).decode()


@pytest.mark.parametrize("modes", [(0o444, 0o755), (0o666, 0o555)], ids=["file", "folder"])
def test_a_file_that_cannot_be_written(path, modes):
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copy(path, folder / "mlflow.db")
        os.chmod(folder / "mlflow.db", modes[0])
        os.chmod(folder, modes[1])
        message = as_nobody(lambda: answer_for(folder / "mlflow.db"))
        assert message.startswith(f"{folder}/mlflow.db can't be written. Change the permissions")
        assert os.listdir(folder) == ["mlflow.db"]
    finally:
        os.chmod(folder, 0o755)
        shutil.rmtree(folder)


def answer_for(path):
    try:
        store_file.check(path, written=True)
    except MirrorError as error:
        return str(error)
    return "nothing"

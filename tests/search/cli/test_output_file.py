"""Files that a person asked for: complete or not there."""

import os

import pytest

from search.cli import output_file
from search.errors import SearchError


def test_an_existing_file_is_replaced(tmp_path):
    for content in ("first", b"second", "ä\udcff"):
        output_file.write(tmp_path / "file.txt", content)
    assert (tmp_path / "file.txt").read_bytes() == b"\xc3\xa4\xff"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_permissions_are_those_of_any_new_file(tmp_path):
    output_file.write(tmp_path / "file", b"")
    (tmp_path / "other").write_bytes(b"")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("name", ["x" * 255, "-rf", "a\nb", "🙂", "\udcff"])
def test_every_file_name_is_accepted(tmp_path, name):
    output_file.write(tmp_path / name, "text")
    assert os.listdir(tmp_path) == [name]


def test_the_target_of_a_link_stays_unchanged(tmp_path):
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    output_file.write(tmp_path / "link", "new")
    assert (tmp_path / "precious").read_text() == "mine"
    assert (tmp_path / "link").read_text() == "new" and not (tmp_path / "link").is_symlink()


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("before")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        output_file.write(tmp_path / "file", "after")
    assert (tmp_path / "file").read_text() == "before"
    assert os.listdir(tmp_path) == ["file"]


def test_folders_and_devices_are_not_replaced(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        output_file.write(tmp_path / "folder", "text")
    output_file.write("/dev/null", "text")
    assert not os.path.isfile("/dev/null")


@pytest.mark.parametrize(
    ("path", "message"), [("folder", "is a folder. Name a file: --output"), ("none/file", "there is no folder .*none")]
)
def test_a_path_is_checked_before_any_work(tmp_path, path, message):
    (tmp_path / "folder").mkdir()
    with pytest.raises(SearchError, match=message):
        output_file.check_writable(tmp_path / path, flag="--output")
    output_file.check_writable(tmp_path / "file", flag="--output")
    output_file.check_writable("/dev/null", flag="--output")
    assert os.listdir(tmp_path) == ["folder"]

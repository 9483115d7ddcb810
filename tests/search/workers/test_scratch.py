"""Temporary folders: whose they are, which are removed, what a full disk says."""

import os
import stat
import subprocess
import sys

import pytest

from search.errors import SearchError
from search.workers.scratch import disk_errors_explained, own_folder, weight_folder


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_folders_of_this_process_stay_and_those_of_processes_that_have_ended_are_removed(temporary):
    mine = own_folder()
    code = "from search.workers.scratch import own_folder; print(own_folder())"
    environment = os.environ | {"TMPDIR": str(temporary)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    of_the_dead = done.stdout.strip()
    assert os.path.isdir(of_the_dead) and mine.is_dir()
    another = own_folder()
    assert another != mine and mine.is_dir() and not os.path.exists(of_the_dead)


def test_weights_of_a_study_have_one_folder(temporary):
    folder = weight_folder("abc123")
    (folder / "file").touch()
    assert weight_folder("abc123") == folder != weight_folder("def456")
    assert (folder / "file").exists()


def test_no_other_user_can_read_what_is_kept(temporary):
    weight_folder("abc")
    [root] = temporary.iterdir()
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


def test_a_link_that_somebody_has_put_in_its_place_is_not_followed(temporary):
    weight_folder("abc")
    [root] = temporary.iterdir()
    elsewhere = temporary / "elsewhere"
    root.rename(elsewhere)
    root.symlink_to(elsewhere)
    folder = weight_folder("def")
    assert folder.is_dir() and not (elsewhere / "weights" / "def").exists()


def test_a_full_disk_is_one_sentence_that_says_what_to_do(temporary):
    match = r"can't be written \(No space left on device\)\. .* TMPDIR\.$"
    with pytest.raises(SearchError, match=match) as error, disk_errors_explained():
        raise OSError(28, "No space left on device")
    assert str(temporary) in str(error.value)

"""Temporary folders: whose they are, which are removed, what a full disk says."""

import os
import stat
import subprocess
import sys

import pytest

from search.errors import SearchError
from search.optimizer.trials.process_id import NOBODY
from search.workers.scratch import disk_errors_explained, own_folder


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


def test_no_other_user_can_read_what_is_kept(temporary):
    assert stat.S_IMODE(own_folder().stat().st_mode) == 0o700


def test_what_somebody_has_put_in_a_folders_place_is_left_alone(temporary):
    prefix = own_folder().name.partition(",")[0]
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").touch()
    (temporary / f"{prefix},{NOBODY},x").symlink_to(elsewhere)
    (temporary / f"{prefix},odd").mkdir()
    assert own_folder().is_dir()
    assert (elsewhere / "file").exists() and (temporary / f"{prefix},odd").exists()


def test_a_full_disk_is_one_sentence_that_says_what_to_do(temporary):
    match = r"can't be written \(No space left on device\)\. .* TMPDIR\.$"
    with pytest.raises(SearchError, match=match) as error, disk_errors_explained():
        raise OSError(28, "No space left on device")
    assert str(temporary) in str(error.value)

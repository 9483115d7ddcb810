"""What a machine does to a search: a full disk, a read-only one, a locked or damaged file, sleep, signals, clocks."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import time
from datetime import datetime, timedelta
from unittest import mock

import pytest

from tests.faults import fake_search
from tests.faults.outcome import check_agrees, outcome
from tests.faults.real_search import STUDY, RealSearch, make_images

pytestmark = pytest.mark.faults

TRIALS = "5"


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own, 64 MB, with the images on it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a disk can't be mounted here")
    try:
        make_images(disk)
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(disk):
    """Leave no byte free."""
    with contextlib.suppress(OSError), open(disk / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def finish(folder, search, injected, fault, *, recovery, times=1):
    """The same command ends the study, and all is there once."""
    assert search.wait() == 0, search.said()
    found = outcome(folder, STUDY, told=search.told())
    injected(fault, times, found.lost, found.doubled, recovery)
    assert (found.counted, found.lost, found.doubled, found.running) == (int(TRIALS), 0, 0, 0)
    assert "Traceback" not in search.said()
    check_agrees(folder, STUDY)


@pytest.mark.long
def test_a_disk_that_is_full(small_disk, tmp_path, injected):
    search = RealSearch(small_disk, "--trials", TRIALS, log=tmp_path / "log.txt")
    search.wait_for_progress(0)
    fill(small_disk)
    assert search.wait() == 1
    last = search.said().splitlines()[-1]
    assert last.startswith("error: the storage 'sqlite:///search.db' could not be used (database or disk is full)"), (
        last
    )
    (small_disk / "filler").unlink()
    before = len(search.told())
    search = RealSearch(small_disk, "--trials", TRIALS, log=tmp_path / "log.txt")
    recovery = search.wait_for_progress(before)
    finish(small_disk, search, injected, "a full disk, and room made", recovery=recovery)


@pytest.mark.long
def test_a_disk_that_is_read_only(small_disk, tmp_path, injected):
    search = RealSearch(small_disk, "--trials", "1", log=tmp_path / "log.txt")
    assert search.wait() == 0
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    search = RealSearch(small_disk, "--trials", TRIALS, log=tmp_path / "log.txt")
    assert search.wait() == 1
    last = search.said().splitlines()[-1]
    assert last.startswith("error: the storage 'sqlite:///search.db' can't be opened ("), last
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    search = RealSearch(small_disk, "--trials", TRIALS, log=tmp_path / "log.txt")
    recovery = search.wait_for_progress(1)
    finish(small_disk, search, injected, "a read-only disk, and made writable", recovery=recovery)


@pytest.mark.long
@pytest.mark.parametrize("file", ["search.db", "mlflow.db"])
def test_a_file_that_another_program_has_locked(file, tmp_path, injected):
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", TRIALS)
    search.wait_for_progress(0)
    with contextlib.closing(sqlite3.connect(tmp_path / file, timeout=60, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(8)
        other.execute("ROLLBACK")
    before = len(search.told())
    recovery = search.wait_for_progress(before)
    finish(tmp_path, search, injected, f"{file} locked for 8 seconds by another program", recovery=recovery)


@pytest.mark.long
@pytest.mark.parametrize("file", ["search.db", "mlflow.db"])
def test_a_file_that_is_damaged(file, tmp_path, injected):
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", "1")
    assert search.wait() == 0
    whole = (tmp_path / file).read_bytes()
    damaged = bytearray(whole)
    for place in range(4096, len(whole) - 200, 4096):
        damaged[place : place + 200] = random.Random(place).randbytes(200)
    (tmp_path / file).write_bytes(damaged)
    search = RealSearch(tmp_path, "--trials", TRIALS)
    assert search.wait() == 1
    last = search.said().splitlines()[-1]
    assert last.startswith("error: ") and file in last and ("malformed" in last or "is damaged" in last), last
    (tmp_path / file).write_bytes(whole)
    search = RealSearch(tmp_path, "--trials", TRIALS)
    recovery = search.wait_for_progress(1)
    finish(tmp_path, search, injected, f"{file} damaged, and put back", recovery=recovery)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop(number, tmp_path, injected):
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", TRIALS)
    search.wait_for_progress(0)
    started = time.monotonic()
    os.killpg(search.process.pid, number)
    assert search.wait() == 128 + number
    seconds = time.monotonic() - started
    assert seconds < 10
    before = len(search.told())
    search = RealSearch(tmp_path, "--trials", TRIALS)
    search.wait_for_progress(before)
    finish(tmp_path, search, injected, f"{number.name} to all, and the same command again", recovery=seconds)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seconds", [5, 100])
def test_a_machine_that_sleeps(seconds, tmp_path, injected):
    """All processes stand still, longer than a worker may be silent; the clocks go on."""
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", TRIALS, "--worker-timeout", "1")
    search.wait_for_progress(0)
    os.killpg(search.process.pid, signal.SIGSTOP)
    time.sleep(seconds)
    before = len(search.told())
    os.killpg(search.process.pid, signal.SIGCONT)
    recovery = search.wait_for_progress(before)
    finish(tmp_path, search, injected, f"all processes asleep for {seconds} seconds", recovery=recovery)
    assert "its worker" not in search.said()


class BackwardsClock(datetime):
    """Whoever asks what time it is hears an earlier one each time, by a minute."""

    asked = 0

    @classmethod
    def now(cls, tz=None):
        cls.asked += 1
        return datetime(2026, 1, 1, tzinfo=tz) - timedelta(minutes=cls.asked)


def test_a_clock_that_goes_backwards(tmp_path, injected, monkeypatch):
    monkeypatch.chdir(tmp_path)
    backwards = mock.patch("optuna.storages._rdb.storage.datetime", BackwardsClock)
    ago = iter(range(10**6))
    wall = mock.patch("time.time", lambda: 1.7e9 - 60 * next(ago))
    with backwards, wall:
        for trials in (6, 12):
            assert fake_search.search(tmp_path, trials=trials) == 0
    found = outcome(tmp_path, fake_search.STUDY, told={})
    injected("a clock that goes backwards by a minute a look", BackwardsClock.asked, found.lost, found.doubled, 0.0)
    assert (found.counted, found.doubled, found.running) == (12, 0, 0)
    check_agrees(tmp_path, fake_search.STUDY)

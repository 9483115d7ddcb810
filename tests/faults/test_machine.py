"""What a machine does to a search: a full or read-only disk, a locked or damaged file, sleep, signals, clocks."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import optuna
import pytest

from tests.faults.fake_search import STUDY as STUDY_WITH_FAKE_TRAININGS
from tests.faults.outcome import check_agrees, environment, outcome
from tests.faults.real_search import STUDY, RealSearch, make_images

pytestmark = pytest.mark.faults

TRIALS = "5"


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 MB with the images on it."""
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
    """Fill the disk to the last byte."""
    with contextlib.suppress(OSError), open(disk / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def finish(folder, search, report_fault, fault, *, recovery, times=1):
    """Check that the search has ended well and each trial is there once; then report the fault."""
    assert search.wait() == 0, search.output()
    result = outcome(folder, STUDY, reported=search.reported())
    report_fault(fault, times, result.lost, result.doubled, recovery)
    assert (result.counted, result.lost, result.doubled, result.running) == (int(TRIALS), 0, 0, 0)
    assert "Traceback" not in search.output()
    check_agrees(folder, STUDY)


@pytest.mark.long
def test_a_disk_that_is_full(small_disk, tmp_path, report_fault):
    search = RealSearch(small_disk, "--trials", TRIALS, log=tmp_path / "log.txt")
    search.wait_for_progress(0)
    fill(small_disk)
    assert search.wait() == 1
    last = search.output().splitlines()[-1]
    assert last.startswith("error: the storage 'sqlite:///search.db' could not be used (database or disk is full)"), (
        last
    )
    (small_disk / "filler").unlink()
    before = len(search.reported())
    search = RealSearch(small_disk, "--trials", TRIALS, log=tmp_path / "log.txt")
    recovery = search.wait_for_progress(before)
    finish(small_disk, search, report_fault, "a full disk, and room made", recovery=recovery)


@pytest.mark.long
def test_a_disk_that_is_read_only(small_disk, tmp_path, report_fault):
    search = RealSearch(small_disk, "--trials", "1", log=tmp_path / "log.txt")
    assert search.wait() == 0
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    search = RealSearch(small_disk, "--trials", TRIALS, log=tmp_path / "log.txt")
    assert search.wait() == 1
    last = search.output().splitlines()[-1]
    assert last.startswith("error: the storage 'sqlite:///search.db' can't be opened ("), last
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    search = RealSearch(small_disk, "--trials", TRIALS, log=tmp_path / "log.txt")
    recovery = search.wait_for_progress(1)
    finish(small_disk, search, report_fault, "a read-only disk, and made writable", recovery=recovery)


@pytest.mark.long
@pytest.mark.parametrize("file", ["search.db", "mlflow.db"])
def test_a_file_that_another_program_has_locked(file, tmp_path, report_fault):
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", TRIALS)
    search.wait_for_progress(0)
    with contextlib.closing(sqlite3.connect(tmp_path / file, timeout=60, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(8)
        other.execute("ROLLBACK")
    before = len(search.reported())
    recovery = search.wait_for_progress(before)
    finish(tmp_path, search, report_fault, f"{file} locked for 8 seconds by another program", recovery=recovery)


@pytest.mark.long
@pytest.mark.parametrize("file", ["search.db", "mlflow.db"])
def test_a_file_that_is_damaged(file, tmp_path, report_fault):
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
    last = search.output().splitlines()[-1]
    assert last.startswith("error: ") and file in last and ("malformed" in last or "is damaged" in last), last
    (tmp_path / file).write_bytes(whole)
    search = RealSearch(tmp_path, "--trials", TRIALS)
    recovery = search.wait_for_progress(1)
    finish(tmp_path, search, report_fault, f"{file} damaged, and put back", recovery=recovery)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop(number, tmp_path, report_fault):
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", TRIALS)
    search.wait_for_progress(0)
    started = time.monotonic()
    os.killpg(search.process.pid, number)
    assert search.wait() == 128 + number
    seconds = time.monotonic() - started
    assert seconds < 10
    before = len(search.reported())
    search = RealSearch(tmp_path, "--trials", TRIALS)
    search.wait_for_progress(before)
    finish(tmp_path, search, report_fault, f"{number.name} to all, and the same command again", recovery=seconds)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seconds", [5, 100])
def test_a_machine_that_sleeps(seconds, tmp_path, report_fault):
    """All processes are stopped for longer than a worker may be silent, while the clocks go on."""
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", TRIALS, "--worker-timeout", "1")
    search.wait_for_progress(0)
    os.killpg(search.process.pid, signal.SIGSTOP)
    time.sleep(seconds)
    before = len(search.reported())
    os.killpg(search.process.pid, signal.SIGCONT)
    recovery = search.wait_for_progress(before)
    finish(tmp_path, search, report_fault, f"all processes asleep for {seconds} seconds", recovery=recovery)
    assert "its worker" not in search.output()


def test_a_clock_that_goes_backwards(tmp_path, report_fault):
    command = [sys.executable, "-m", "tests.faults.backwards_clock", tmp_path, "6", "12"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    times_read = int(done.stdout)
    result = outcome(tmp_path, STUDY_WITH_FAKE_TRAININGS, reported={})
    report_fault("a clock that shows a minute less each time", times_read, result.lost, result.doubled, 0.0)
    assert (result.counted, result.doubled, result.running) == (12, 0, 0)
    trials = optuna.load_study(study_name=STUDY_WITH_FAKE_TRAININGS, storage=f"sqlite:///{tmp_path}/search.db").trials
    complete = [trial for trial in trials if trial.state.name == "COMPLETE"]
    assert complete and all(trial.datetime_complete < trial.datetime_start for trial in complete)
    check_agrees(tmp_path, STUDY_WITH_FAKE_TRAININGS)

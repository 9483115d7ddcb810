"""Real worker processes: training, dying, being ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from search.training.datasets import Dataset, load
from search.training.datasets.sharing import open_saved, save
from search.training.recipe import ONE_CYCLE
from search.training.trainer import saved_history
from search.workers.local_pool import LocalPool
from search.workers.machine import plan
from search.workers.messages import EpochDone, Job, JobDone, JobFailed, WorkerDied
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

PATIENCE = 90  # seconds
ROOT = Path(__file__).parents[3]


def tiny(filters=4):
    return Architecture((32, 32, 3), (StandardConv(filters, strides=4), MaxPool()), GlobalAverageHead(10))


def job(trial=0, *, architecture=None, epochs=2):
    return Job(trial, architecture or tiny(), seed=1, recipe=ONE_CYCLE, milestones=(epochs,))


def events_until(pool, *kinds):
    found, deadline = [], time.monotonic() + PATIENCE
    while not any(isinstance(event, kinds) for event in found):
        assert time.monotonic() < deadline, found
        found += pool.events(timeout=1)
    return found


@pytest.fixture(scope="module")
def dataset():
    return load("digits", train_limit=256)


@pytest.fixture(scope="module")
def pool(dataset):
    """One worker, shared by tests that leave it idle: starting another takes seconds."""
    with LocalPool(dataset, plan(1)) as pool:
        yield pool


@pytest.mark.long
def test_a_job_reports_every_epoch_and_its_end_and_the_worker_takes_the_next(pool):
    for trial in (7, 8):
        assert pool.free == 1
        pool.start(job(trial))
        assert pool.free == 0
        found = events_until(pool, JobDone)
        epochs = [event for event in found if isinstance(event, EpochDone)]
        assert [event.epoch[0] for event in epochs] == [1, 2]
        assert found[-1].trial == trial
        assert found[-1].accuracy == epochs[-1].epoch[1]


@pytest.mark.long
def test_what_a_network_does_wrong_is_told_and_the_worker_goes_on(pool):
    pool.start(job(1, architecture=BrokenNetwork()))
    assert events_until(pool, JobFailed)[-1] == JobFailed(1, "MemoryError: too large")
    pool.start(job(2, epochs=1))
    assert events_until(pool, JobDone)[-1].trial == 2


class BrokenNetwork:
    key = "broken"

    def build(self):
        raise MemoryError("too large")


@pytest.mark.long
def test_a_killed_worker_is_told_and_replaced(pool):
    pool.start(job(3, epochs=1000))
    events_until(pool, EpochDone)
    os.kill(workers_of(pool)[0], signal.SIGKILL)
    assert events_until(pool, WorkerDied)[-1] == WorkerDied(3, "its worker was killed by SIGKILL")
    pool.start(job(4, epochs=1))
    assert events_until(pool, JobDone)[-1].trial == 4


def test_leaving_the_pool_ends_busy_workers_at_once_and_leaves_no_file(dataset):
    with LocalPool(dataset, plan(2)) as pool:
        pool.start(job(5, epochs=1000))
        folder = pool._folder
        assert folder.exists()
        pids = workers_of(pool)
        started = time.monotonic()
    assert time.monotonic() - started < 5
    assert not folder.exists()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def workers_of(pool):
    return [worker._process.pid for worker in pool._busy + pool._idle]


def test_a_saved_data_set_comes_back_without_being_read(tmp_path, dataset):
    save(dataset, tmp_path)
    again = open_saved(tmp_path)
    assert isinstance(again, Dataset)
    assert isinstance(again.train_images, np.memmap)
    for name in ("train_images", "train_labels", "validation_images", "validation_labels"):
        np.testing.assert_array_equal(getattr(again, name), getattr(dataset, name))
    assert (again.class_names, again.fingerprint) == (dataset.class_names, dataset.fingerprint)


@pytest.mark.long
def test_a_training_goes_on_in_the_same_worker_and_in_another(dataset, tmp_path):
    one, other = tiny(4), tiny(5)
    with LocalPool(dataset, plan(1), weights=tmp_path) as pool:
        for network, resume_from, epochs in ((one, 0, 1), (one, 1, 2), (other, 0, 1), (one, 2, 4)):
            assert epochs_of(pool, part(network, resume_from, epochs)) == list(range(resume_from + 1, epochs + 1))
        assert {path.stem for path in tmp_path.iterdir()} == {one.key, other.key}
        epochs_of(pool, part(one, 4, 5, last=True))
        assert {path.stem for path in tmp_path.iterdir()} == {other.key}


@pytest.mark.long
def test_what_a_killed_search_has_trained_is_gone_on_with_and_told_once(dataset, tmp_path):
    network = tiny()
    with LocalPool(dataset, plan(1), weights=tmp_path) as pool:
        pool.start(part(network, 0, 1000))
        while len(events_until(pool, EpochDone)) and not (tmp_path / f"{network.key}.npz").exists():
            pass
    done = len(saved_history(tmp_path / f"{network.key}.npz"))
    assert done >= 1
    with LocalPool(dataset, plan(1), weights=tmp_path) as pool:
        pool.start(part(network, 0, 1000))
        found = [event.epoch for event in events_until(pool, EpochDone)]
        while len(found) <= done:
            found += [event.epoch for event in events_until(pool, EpochDone)]
    assert [epoch[0] for epoch in found] == list(range(1, len(found) + 1))


@pytest.mark.long
def test_a_torn_or_longer_file_of_weights_is_passed_over(dataset, tmp_path):
    network = tiny()
    kept = tmp_path / f"{network.key}.npz"
    with LocalPool(dataset, plan(1), weights=tmp_path) as pool:
        epochs_of(pool, part(network, 0, 2))
        whole = kept.read_bytes()
        kept.write_bytes(whole[: len(whole) // 2])
        assert epochs_of(pool, part(network, 0, 2)) == [1, 2]
        assert epochs_of(pool, part(network, 0, 1)) == [1]
        kept.unlink()
        assert epochs_of(pool, part(tiny(5), 0, 1)) == [1]  # so that the worker no longer has the network built
        assert epochs_of(pool, part(network, 1, 3)) == [2, 3]


@pytest.mark.long
def test_a_worker_that_gives_no_sign_is_ended_and_replaced(dataset):
    with LocalPool(dataset, plan(1), worker_timeout=3) as pool:
        pool.start(job(3, architecture=HangingNetwork()))
        assert events_until(pool, WorkerDied)[-1] == WorkerDied(3, "its worker gave no sign for 0.05 minutes")
        assert pool.free == 1 and workers_of(pool) == []


class HangingNetwork:
    key = "hanging"

    def build(self):
        time.sleep(1000)


@pytest.mark.long
def test_a_search_that_slept_takes_no_worker_for_hanging(dataset, monkeypatch):
    with LocalPool(dataset, plan(1), worker_timeout=60) as pool:
        pool.start(job(3, epochs=1000))
        events_until(pool, EpochDone)
        hour_later = time.monotonic() + 3600
        monkeypatch.setattr("search.workers.local_pool.time.monotonic", lambda: hour_later)
        assert not [event for event in pool.events(timeout=0.1) if isinstance(event, WorkerDied)]


@pytest.mark.long
def test_a_killed_search_leaves_no_worker_and_the_next_removes_its_images(tmp_path):
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    code = f"from tests.search.workers.test_local_pool import *; endless({str(tmp_path / 'pids')!r})"
    search = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT)
    deadline = time.monotonic() + PATIENCE
    while not (tmp_path / "pids").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    worker = int((tmp_path / "pids").read_text())
    search.kill()
    search.wait()
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()
    images = "from search.workers.scratch import own_folder; print(*(p.name for p in own_folder().parent.iterdir()))"
    left = subprocess.run([sys.executable, "-c", images], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert len(left.stdout.split()) == 1, left


def endless(pids):
    with LocalPool(load("digits", train_limit=256), plan(1)) as pool:
        pool.start(job(epochs=10**6))
        events_until(pool, EpochDone)
        Path(f"{pids}.new").write_text(str(workers_of(pool)[0]))
        os.replace(f"{pids}.new", pids)
        time.sleep(1000)


def part(network, resume_from, epochs, last=False):
    return Job(1, network, seed=1, recipe=ONE_CYCLE, milestones=(epochs,), resume_from=resume_from, last=last)


def epochs_of(pool, wanted):
    pool.start(wanted)
    return [event.epoch[0] for event in events_until(pool, JobDone)[:-1]]

"""Real worker processes: they train, die, hang and are ended."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.training.trainer import saved_history
from search.workers.local_pool import LocalPool
from search.workers.machine import plan
from search.workers.messages import EpochDone, Job, JobDone, JobFailed, WorkerDied
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

ROOT = Path(__file__).parents[3]
ENDLESS = 10**6  # epochs


def tiny(filters=4):
    return Architecture((32, 32, 3), (StandardConv(filters, strides=4), MaxPool()), GlobalAverageHead(10))


def job(trial=0, *, architecture=None, epochs=2):
    return Job(trial, architecture or tiny(), seed=1, recipe=ONE_CYCLE, milestones=(epochs,))


def events_until(pool, *kinds):
    """Events up to the first of these kinds; pytest's time limit ends a wait for what never comes."""
    events = []
    while not any(isinstance(event, kinds) for event in events):
        events += pool.events(timeout=1)
    return events


def workers():
    """Pids of the processes that this process has started."""
    return {process.pid for process in multiprocessing.active_children()}


@pytest.mark.long
def test_a_job_reports_every_epoch_and_its_end_and_the_worker_takes_the_next(pool):
    for trial in (7, 8):
        assert pool.free == 1
        pool.start(job(trial))
        assert pool.free == 0
        *epochs, done = events_until(pool, JobDone)
        assert [event.epoch[0] for event in epochs] == [1, 2]
        assert (done.trial, done.accuracy) == (trial, epochs[-1].epoch[1])


@pytest.mark.long
def test_an_error_in_a_network_fails_the_job_and_the_worker_goes_on(pool):
    pool.start(job(1, architecture=BrokenNetwork()))
    assert events_until(pool, JobFailed)[-1] == JobFailed(1, "MemoryError: too large")
    pool.start(job(2, epochs=1))
    assert events_until(pool, JobDone)[-1].trial == 2


class BrokenNetwork:
    key = "broken"

    def build(self):
        raise MemoryError("too large")


@pytest.mark.long
def test_a_killed_worker_is_reported_and_replaced(pool):
    pool.start(job(3, epochs=ENDLESS))
    events_until(pool, EpochDone)
    [worker] = workers()
    os.kill(worker, signal.SIGKILL)
    assert events_until(pool, WorkerDied)[-1] == WorkerDied(3, "its worker was killed by SIGKILL")
    pool.start(job(4, epochs=1))
    assert events_until(pool, JobDone)[-1].trial == 4


def test_leaving_the_pool_ends_a_busy_worker_and_leaves_no_file(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = workers()
    with LocalPool(dataset, plan(2)) as pool:
        pool.start(job(5, epochs=ENDLESS))
        [worker] = workers() - before
        assert list(tmp_path.rglob("train_images.npy"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


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
def test_what_a_killed_search_has_trained_is_continued_and_reported_once(dataset, tmp_path):
    network = tiny()
    with LocalPool(dataset, plan(1), weights=tmp_path) as pool:
        pool.start(part(network, 0, ENDLESS))
        while len(events_until(pool, EpochDone)) and not (tmp_path / f"{network.key}.npz").exists():
            pass
    done = len(saved_history(tmp_path / f"{network.key}.npz"))
    assert done >= 1
    with LocalPool(dataset, plan(1), weights=tmp_path) as pool:
        pool.start(part(network, 0, ENDLESS))
        numbers = []
        while len(numbers) <= done:
            numbers += [event.epoch[0] for event in events_until(pool, EpochDone)]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.long
def test_a_truncated_or_longer_file_of_weights_is_passed_over(dataset, tmp_path):
    network = tiny()
    file = tmp_path / f"{network.key}.npz"
    with LocalPool(dataset, plan(1), weights=tmp_path) as pool:
        epochs_of(pool, part(network, 0, 2))
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
        assert epochs_of(pool, part(network, 0, 2)) == [1, 2]
        assert epochs_of(pool, part(network, 0, 1)) == [1]
        file.unlink()
        assert epochs_of(pool, part(tiny(5), 0, 1)) == [1]  # so that the worker no longer has the network built
        assert epochs_of(pool, part(network, 1, 3)) == [2, 3]


@pytest.mark.long
def test_a_worker_that_gives_no_sign_is_ended_and_replaced(dataset):
    before = workers()
    with LocalPool(dataset, plan(1), worker_timeout=3) as pool:
        pool.start(job(3, architecture=HangingNetwork()))
        assert events_until(pool, WorkerDied)[-1] == WorkerDied(3, "its worker gave no sign for 0.05 minutes")
        assert pool.free == 1 and workers() == before


class HangingNetwork:
    key = "hanging"

    def build(self):
        time.sleep(1000)


@pytest.mark.long
def test_a_killed_search_leaves_no_worker_and_the_next_removes_its_images(tmp_path):
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    code = f"from tests.search.workers.test_local_pool import *; endless({str(tmp_path / 'pids')!r})"
    search = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT)
    while not (tmp_path / "pids").exists():
        assert search.poll() is None
        time.sleep(0.1)
    worker = int((tmp_path / "pids").read_text())
    search.kill()
    search.wait()
    while Path(f"/proc/{worker}").exists():
        time.sleep(0.05)
    images = "from search.workers.scratch import own_folder; print(*own_folder().parent.glob('pareto-*'))"
    left = subprocess.run([sys.executable, "-c", images], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert len(left.stdout.split()) == 1, left


def endless(pids):
    with LocalPool(load("digits", train_limit=256), plan(1)) as pool:
        pool.start(job(epochs=ENDLESS))
        events_until(pool, EpochDone)
        [worker] = workers()
        Path(f"{pids}.new").write_text(str(worker))
        os.replace(f"{pids}.new", pids)
        time.sleep(1000)


def part(network, resume_from, epochs, last=False):
    return Job(1, network, seed=1, recipe=ONE_CYCLE, milestones=(epochs,), resume_from=resume_from, last=last)


def epochs_of(pool, job):
    """Numbers of the epochs that a job has trained."""
    pool.start(job)
    return [event.epoch[0] for event in events_until(pool, JobDone)[:-1]]

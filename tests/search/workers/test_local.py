"""Real worker processes: training, dying, being ended."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from search.training.datasets import Dataset, load
from search.training.datasets.sharing import open_saved, save
from search.training.recipe import ONE_CYCLE
from search.workers.local import LocalPool
from search.workers.machine import plan
from search.workers.messages import EpochDone, Job, JobDone, JobFailed, WorkerDied
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

PATIENCE = 90  # seconds


def tiny(filters=4):
    return Architecture((32, 32, 3), (StandardConv(filters, strides=4), MaxPool()), GlobalAverageHead(10))


def job(trial=0, *, architecture=None, epochs=2):
    return Job(trial, architecture or tiny(), seed=1, recipe=ONE_CYCLE, stages=(epochs,))


def events_until(pool, *kinds):
    found, deadline = [], time.monotonic() + PATIENCE
    while not any(isinstance(event, kinds) for event in found):
        assert time.monotonic() < deadline, found
        found += pool.events(timeout=1)
    return found


@pytest.fixture(scope="module")
def dataset():
    return load("digits", train_limit=256)


def test_a_job_reports_every_epoch_and_its_end_and_the_worker_takes_the_next(dataset):
    with LocalPool(dataset, plan(1)) as pool:
        for trial in (7, 8):
            assert pool.free == 1
            pool.start(job(trial))
            assert pool.free == 0
            found = events_until(pool, JobDone)
            epochs = [event for event in found if isinstance(event, EpochDone)]
            assert [event.epoch[0] for event in epochs] == [1, 2]
            assert found[-1].trial == trial
            assert found[-1].accuracy == epochs[-1].epoch[1]


def test_what_a_network_does_wrong_is_told_and_the_worker_goes_on(dataset):
    with LocalPool(dataset, plan(1)) as pool:
        pool.start(job(1, architecture=BrokenNetwork()))
        assert events_until(pool, JobFailed)[-1] == JobFailed(1, "MemoryError: too large")
        pool.start(job(2, epochs=1))
        assert events_until(pool, JobDone)[-1].trial == 2


class BrokenNetwork:
    def build(self):
        raise MemoryError("too large")


def test_a_killed_worker_is_told_and_replaced(dataset):
    with LocalPool(dataset, plan(1)) as pool:
        pool.start(job(3, epochs=1000))
        events_until(pool, EpochDone)
        os.kill(workers_of(pool)[0], signal.SIGKILL)
        assert events_until(pool, WorkerDied)[-1] == WorkerDied(3, "its worker was killed by SIGKILL")
        pool.start(job(4, epochs=1))
        assert events_until(pool, JobDone)[-1].trial == 4


def test_leaving_the_pool_ends_busy_workers_at_once_and_leaves_no_file(dataset):
    with LocalPool(dataset, plan(2)) as pool:
        pool.start(job(5, epochs=1000))
        folder = Path(pool._folder.name)
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


def test_a_training_goes_on_in_the_same_worker_and_in_another(dataset):
    def part(trial, begun, epochs, last=False):
        return Job(trial, tiny(), seed=1, recipe=ONE_CYCLE, stages=(epochs,), begun=begun, last=last)

    with LocalPool(dataset, plan(1)) as pool:
        for trial, begun, epochs in ((1, 0, 1), (1, 1, 2), (2, 0, 1), (1, 2, 4)):
            pool.start(part(trial, begun, epochs))
            numbers = [event.epoch[0] for event in events_until(pool, JobDone)[:-1]]
            assert numbers == list(range(begun + 1, epochs + 1))
        kept = {path.name for path in Path(pool._folder.name).glob("trial-*")}
        assert kept == {"trial-1.npz", "trial-2.npz"}
        pool.start(part(1, 4, 5, last=True))
        events_until(pool, JobDone)
        assert {path.name for path in Path(pool._folder.name).glob("trial-*")} == {"trial-2.npz"}

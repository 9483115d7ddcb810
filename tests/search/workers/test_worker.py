"""A worker in this process: which network it goes on with."""

import pytest

from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers.messages import EpochDone, Job
from search.workers.worker import Worker
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

NETWORK = Architecture((32, 32, 3), (StandardConv(4, strides=4), MaxPool()), GlobalAverageHead(10))


def epochs_of(worker, resume_from, epochs):
    job = Job(1, NETWORK, seed=1, recipe=ONE_CYCLE, milestones=(epochs,), resume_from=resume_from, last=False)
    return [event.epoch for event in worker.do(job) if isinstance(event, EpochDone)]


@pytest.fixture(scope="module")
def dataset():
    return load("digits", train_limit=256)


@pytest.mark.long
def test_a_network_that_another_worker_has_trained_since_is_read_anew(tmp_path, dataset):
    worker, other = Worker(dataset, tmp_path), Worker(dataset, tmp_path)
    epochs_of(worker, 0, 1)
    before = epochs_of(other, 1, 2)
    assert [epoch[0] for epoch in epochs_of(worker, 2, 3)] == [3]
    assert before[0][0] == 2
    assert worker._built[1].history[1].accuracy == before[0][1]
    assert worker._built[1]._stage == (2, 3)

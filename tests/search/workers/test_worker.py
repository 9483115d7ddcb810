"""A worker in this process: which training it continues."""

from dataclasses import astuple

import pytest

from search.training.recipe import ONE_CYCLE
from search.training.trainer import saved_history
from search.workers.messages import EpochDone, Job
from search.workers.worker import Worker
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

NETWORK = Architecture((32, 32, 3), (StandardConv(4, strides=4), MaxPool()), GlobalAverageHead(10))


def epochs_of(worker, resume_from, epochs):
    job = Job(1, NETWORK, seed=1, recipe=ONE_CYCLE, milestones=(epochs,), resume_from=resume_from, last=False)
    return [event.epoch for event in worker.do(job) if isinstance(event, EpochDone)]


@pytest.mark.long
def test_a_network_that_another_worker_has_trained_since_is_read_anew(tmp_path, dataset):
    worker, other = Worker(dataset, tmp_path), Worker(dataset, tmp_path)
    epochs_of(worker, 0, 1)
    [second] = epochs_of(other, 1, 2)
    [third] = epochs_of(worker, 2, 3)
    history = saved_history(tmp_path / f"{NETWORK.key}.npz")
    assert [epoch.number for epoch in history] == [1, 2, 3]
    assert [astuple(epoch) for epoch in history[1:]] == [second, third]
    # The third epoch has a schedule of its own, not the rest of one that began with the first or second.
    steps = len(dataset.train_images) // ONE_CYCLE.batch_size
    assert history[2].learning_rate == pytest.approx(ONE_CYCLE.learning_rates(steps=steps)[-1])

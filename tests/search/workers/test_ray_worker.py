"""A worker as Ray's nodes run it, in this process: weights come with a job and leave with its end."""

import pytest

from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers.messages import EpochDone, Job, JobDone
from search.workers.ray_worker import RayWorker
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

NETWORK = Architecture((32, 32, 3), (StandardConv(4, strides=4), MaxPool()), GlobalAverageHead(10))


def do(worker, weights, *, resume_from, epochs, last=False):
    """Numbers of the epochs that were trained, and the weights at the end."""
    job = Job(1, NETWORK, seed=1, recipe=ONE_CYCLE, milestones=(epochs,), resume_from=resume_from, last=last)
    *epoch_pairs, (end, weights) = worker.do(job, weights)
    assert isinstance(end, JobDone)
    assert all(isinstance(event, EpochDone) and sent is None for event, sent in epoch_pairs)
    return [event.epoch[0] for event, _ in epoch_pairs], weights


@pytest.mark.long
def test_a_training_goes_on_with_the_weights_that_another_node_has_sent(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dataset = load("digits", train_limit=256)
    dataset.train_images.flags.writeable = False  # as what Ray's store holds
    one, other = RayWorker(dataset, threads=1), RayWorker(dataset, threads=1)
    epochs, weights = do(one, None, resume_from=0, epochs=1)
    assert epochs == [1] and weights
    epochs, weights = do(other, weights, resume_from=1, epochs=3)
    assert epochs == [2, 3]
    epochs, after_the_last = do(one, weights, resume_from=3, epochs=4, last=True)
    assert epochs == [4] and after_the_last is None
    for worker in (one, other):
        worker.__ray_shutdown__()
    assert not list(tmp_path.glob("*/images/*"))

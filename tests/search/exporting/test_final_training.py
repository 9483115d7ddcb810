"""Final trainings in real worker processes: several seeds, an interruption, the death of a worker, pruning."""

import dataclasses
import os
import signal
import time
from multiprocessing import active_children

import numpy as np
import pytest

from search.errors import SearchError
from search.exporting.evaluation import trained_model
from search.exporting.final_training import FinalTraining, TrainingStore, train_all
from search.training.recipe import ONE_CYCLE
from search.workers.local_pool import LocalPool
from search.workers.machine import plan
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

NETWORK = Architecture((32, 32, 3), (StandardConv(16, strides=4), MaxPool(), StandardConv(24)), GlobalAverageHead(10))


def training(**changes):
    return dataclasses.replace(FinalTraining("tiny", NETWORK, ONE_CYCLE, epochs=4, seed=0), **changes)


def train(trainings, store, pool, *, stop_after=None, do=None):
    seen = []

    def watch(one, event):
        seen.append((one, event.epoch[0]))
        if do:
            do()

    stop = lambda: stop_after is not None and len(seen) >= stop_after  # noqa: E731
    return train_all(trainings, store, pool, watch=watch, stop=stop), seen


def train_with_new_worker(trainings, store, dataset, **options):
    """Train with a worker that is started for it and ended after it."""
    with LocalPool(dataset, plan(1)) as pool:
        return train(trainings, store, pool, **options)


def weights(result):
    return [variable.numpy() for variable in trained_model(result).weights]


@pytest.mark.long
def test_an_interrupted_training_resumes_and_ends_with_the_same_weights(dataset, pool, tmp_path):
    trainings = [training(), training(seed=1)]
    whole, _ = train(trainings, TrainingStore(tmp_path / "whole", dataset), pool)
    assert [len(whole[one].history) for one in trainings] == [4, 4]
    assert not np.array_equal(weights(whole[trainings[0]])[0], weights(whole[trainings[1]])[0])
    store = TrainingStore(tmp_path / "cut", dataset)
    done, seen = train_with_new_worker(trainings, store, dataset, stop_after=2)
    assert not done and store.epochs_done(trainings[0]) >= 2
    done, later = train_with_new_worker(trainings, store, dataset)
    assert (trainings[0], 1) not in later and len(later) <= 8 - len(seen)
    for one in trainings:
        for mine, other in zip(weights(done[one]), weights(whole[one]), strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5)
    again, nothing = train(trainings, store, pool)
    assert not nothing and again.keys() == done.keys()
    store.clear()
    assert not (tmp_path / "cut").exists()


@pytest.mark.long
def test_a_worker_that_dies_is_replaced_and_its_training_resumes(dataset, tmp_path):
    others, killed = set(active_children()), []

    def kill():
        if not killed:
            killed.extend(set(active_children()) - others)
            os.kill(killed[0].pid, signal.SIGKILL)
            time.sleep(0.2)

    done, seen = train_with_new_worker([training()], TrainingStore(tmp_path, dataset), dataset, do=kill)
    assert killed and len(done[training()].history) == 4
    assert [epoch for _, epoch in seen].count(1) == 1  # What was saved was not trained again.


@pytest.mark.long
def test_pruning_starts_from_the_dense_network(dataset, pool, tmp_path):
    store, pruned = TrainingStore(tmp_path, dataset), training(sparsity=0.5, fine_tuning=2)
    before, _ = train([pruned.dense()], store, pool)
    after, seen = train_with_new_worker([pruned], store, dataset)
    assert [epoch for _, epoch in seen] == [5, 6]
    old, new = weights(before[pruned.dense()]), weights(after[pruned])
    largest = max(range(len(old)), key=lambda place: old[place].size)
    assert np.mean(old[largest] == 0) < 0.01
    assert np.mean(new[largest] == 0) == pytest.approx(0.5, abs=0.01)
    assert store.result(pruned.dense()).history == after[pruned].history[:4]


@pytest.mark.long
def test_a_network_that_can_not_be_trained_is_named(dataset, pool, tmp_path):
    diverging = training(recipe=dataclasses.replace(ONE_CYCLE, learning_rate=1e30, clip_norm=0.0))
    with pytest.raises(SearchError, match="tiny could not be trained: the loss was"):
        train([diverging], TrainingStore(tmp_path, dataset), pool)
    failures = []
    results = train_all(
        [diverging, training(epochs=1)],
        TrainingStore(tmp_path / "two", dataset),
        pool,
        watch=lambda *seen: None,
        stop=lambda: False,
        on_failure=lambda one, reason: failures.append((one, reason)),
    )
    assert list(results) == [training(epochs=1)]
    assert [one for one, _ in failures] == [diverging]

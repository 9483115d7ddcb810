"""Final trainings in real worker processes: several seeds, an interruption, a death, pruning."""

import dataclasses
import os
import signal
import time

import numpy as np
import pytest

from search.errors import SearchError
from search.exporting.final_training import FinalTraining, Store, train_all
from search.exporting.judging import network_of
from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers.local_pool import LocalPool
from search.workers.machine import plan
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

NETWORK = Architecture((32, 32, 3), (StandardConv(16, strides=4), MaxPool(), StandardConv(24)), GlobalAverageHead(10))


@pytest.fixture(scope="module")
def dataset():
    return load("digits", train_limit=256)


@pytest.fixture(scope="module")
def pool(dataset):
    """A worker for trainings that are neither cut nor continued: starting another takes seconds."""
    with LocalPool(dataset, plan(1)) as pool:
        yield pool


def training(**changes):
    return dataclasses.replace(FinalTraining("tiny", NETWORK, ONE_CYCLE, epochs=4, seed=0), **changes)


def train(wanted, store, pool, *, stop_after=None, do=None):
    seen = []

    def watch(one, event):
        seen.append((one, event.epoch[0]))
        if do:
            do(pool)

    stop = lambda: stop_after is not None and len(seen) >= stop_after  # noqa: E731
    return train_all(wanted, store, pool, watch=watch, stop=stop), seen


def train_anew(wanted, store, dataset, **options):
    """With a worker that has trained nothing yet and is ended."""
    with LocalPool(dataset, plan(1)) as pool:
        return train(wanted, store, pool, **options)


def weights(trained):
    return [variable.numpy() for variable in network_of(trained).weights]


@pytest.mark.long
def test_an_interrupted_training_goes_on_and_ends_as_it_would_have(dataset, pool, tmp_path):
    wanted = [training(), training(seed=1)]
    whole, _ = train(wanted, Store(tmp_path / "whole", dataset), pool)
    assert [len(whole[one].history) for one in wanted] == [4, 4]
    assert not np.array_equal(weights(whole[wanted[0]])[0], weights(whole[wanted[1]])[0])
    store = Store(tmp_path / "cut", dataset)
    done, seen = train_anew(wanted, store, dataset, stop_after=2)
    assert not done and store.epochs_done(wanted[0]) >= 2
    done, later = train_anew(wanted, store, dataset)
    assert (wanted[0], 1) not in later and len(later) <= 8 - len(seen)
    for one in wanted:
        for mine, other in zip(weights(done[one]), weights(whole[one]), strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5)
    again, nothing = train(wanted, store, pool)
    assert not nothing and again.keys() == done.keys()
    store.clear()
    assert not (tmp_path / "cut").exists()


@pytest.mark.long
def test_a_worker_that_dies_is_replaced_and_its_training_goes_on(dataset, tmp_path):
    killed = []

    def kill(pool):
        if not killed:
            killed.append(pool._busy[0]._process.pid)
            os.kill(killed[0], signal.SIGKILL)
            time.sleep(0.2)

    done, seen = train_anew([training()], Store(tmp_path, dataset), dataset, do=kill)
    assert killed and len(done[training()].history) == 4
    assert [epoch for _, epoch in seen].count(1) == 1  # What was saved was not trained again.


@pytest.mark.long
def test_pruning_goes_on_from_the_network_before_it(dataset, pool, tmp_path):
    store, pruned = Store(tmp_path, dataset), training(sparsity=0.5, fine_tuning=2)
    before, _ = train([pruned.dense()], store, pool)
    after, seen = train_anew([pruned], store, dataset)
    assert [epoch for _, epoch in seen] == [5, 6]
    old, new = weights(before[pruned.dense()]), weights(after[pruned])
    largest = max(range(len(old)), key=lambda place: old[place].size)
    assert np.mean(old[largest] == 0) < 0.01
    assert np.mean(new[largest] == 0) == pytest.approx(0.5, abs=0.01)
    assert store.trained(pruned.dense()).history == after[pruned].history[:4]


@pytest.mark.long
def test_a_network_that_does_not_train_is_named(dataset, pool, tmp_path):
    hopeless = training(recipe=dataclasses.replace(ONE_CYCLE, learning_rate=1e30, clip_norm=0.0))
    with pytest.raises(SearchError, match="tiny could not be trained: the loss was"):
        train([hopeless], Store(tmp_path, dataset), pool)

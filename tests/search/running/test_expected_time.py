"""The expected time of a search, by hand."""

import pytest

from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.running.expected_time import EPOCHS_WITH_RUNGS, Speed, expected_seconds
from search.running.search_task import SearchTask

SPEEDS = [Speed(building=4.0, images_per_second=1000.0, judging=1.0), Speed(2.0, 500.0, 1.0)]


def task(*, images, rungs):
    class Dataset:
        train_images = range(images)

    return SearchTask(Dataset, Problem(None, Ladder(rungs)), None)


def seconds_per_network(epochs):
    return (4 + epochs * (45 + 1) + 2 + epochs * (90 + 1)) / 2


def test_full_trainings_are_shared_by_the_workers():
    full = task(images=45_000, rungs=(9,))
    assert expected_seconds(SPEEDS, full, trials=10, workers=2) == pytest.approx(seconds_per_network(9) * 10 / 2)


def test_one_network_is_trained_by_one_worker():
    full = task(images=45_000, rungs=(9,))
    assert expected_seconds(SPEEDS, full, trials=1, workers=2) == pytest.approx(seconds_per_network(9))


def test_with_rungs_fewer_epochs_are_trained():
    rungs = task(images=45_000, rungs=(1, 3, 9))
    expected = seconds_per_network(9 * EPOCHS_WITH_RUNGS) * 10 / 2
    assert expected_seconds(SPEEDS, rungs, trials=10, workers=2) == pytest.approx(expected)

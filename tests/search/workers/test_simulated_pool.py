"""Simulated workers against a schedule made by hand, and the law of their seconds against a fit to what it gives."""

from types import SimpleNamespace

import numpy as np
import pytest

from search.replaying.seconds import POWER, SPREAD, EpochSeconds, unit_of
from search.training.recipe import NOTEBOOK
from search.workers.messages import Job
from search.workers.simulated_pool import SimulatedPool


def accuracy(job):
    return 0.1 * (job.milestones[-1] + job.architecture.row)


def job(row, epochs=4, macs=1e6):
    network = SimpleNamespace(row=row, cost=lambda: SimpleNamespace(multiply_adds=macs))
    return Job(row, network, seed=0, recipe=NOTEBOOK, milestones=(epochs,))


def test_jobs_end_in_the_order_of_time_and_a_free_worker_takes_the_next():
    seconds = [5.0, 1.0, 3.0, 1.5]
    pool = SimulatedPool(accuracy, workers=2, seconds=lambda job: seconds[job.trial])
    ended, waiting = [], [job(row) for row in range(4)]
    while waiting or pool.free < 2:
        while waiting and pool.free:
            pool.start(waiting.pop(0))
        [event] = pool.events(timeout=0)
        ended.append((event.trial, pool.now, event.seconds))
    assert ended == [(1, 1.0, 1.0), (2, 4.0, 3.0), (0, 5.0, 5.0), (3, 5.5, 1.5)]
    assert pool.spent == sum(seconds)
    assert [training.job.trial for training in pool.started] == [0, 1, 2, 3]
    assert [training.spent for training in pool.started] == [5, 6, 9, 10.5]


def test_by_default_an_epoch_is_a_second_and_one_job_runs_at_a_time():
    pool = SimulatedPool(accuracy)
    pool.start(job(3, epochs=1))
    assert pool.free == 0
    [event] = pool.events(timeout=0)
    assert (event.accuracy, event.seconds, pool.now) == (pytest.approx(0.4), 1.0, 1.0)


def test_seconds_follow_their_law():
    macs = np.exp(np.random.default_rng(0).uniform(np.log(1e5), np.log(1e7), 2_000))
    law = EpochSeconds(seed=0, unit=unit_of(macs))
    seconds = np.array([law(job(row, epochs=2, macs=cost)) for row, cost in enumerate(macs)])
    power, level = np.polyfit(np.log(macs), np.log(seconds), 1)
    assert power == pytest.approx(POWER, abs=0.03)
    assert np.std(np.log(seconds) - power * np.log(macs) - level) == pytest.approx(SPREAD, rel=0.05)
    assert seconds.mean() == pytest.approx(2, rel=0.05)  # An epoch of the mean network takes a second.
    assert law(job(7, macs=1e6)) == law(job(7, macs=1e6)) != EpochSeconds(1, law.unit)(job(7, macs=1e6))

"""The acquisition of trainings: what a place among the trials costs."""

from dataclasses import replace

import numpy as np

from search.optimizer.sampler.promotion_acquisition import PromotionAcquisition
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import costs_of
from tests.search.optimizer.sampler.made_history import history, pool_of, problem


def timed_history(power, n=40):
    """Trials that took a time that grows as a power of the cost."""
    trials = history(n)
    for trial, cost in zip(trials, costs_of(trials), strict=True):
        trial.set_user_attr(attr.SECONDS, float(cost**power))
    return trials


def acquisitions(trials, rungs):
    """Of the same candidates, in a search that ends by a time and in one that ends by trials, and their costs."""
    pool, posterior, _ = pool_of(trials, rungs, seed=0)
    both = [
        PromotionAcquisition(posterior, trials, problem=replace(problem(rungs), ends_by_trials=ends_by_trials))
        for ends_by_trials in (False, True)
    ]
    return both, [each.of_candidates(pool) for each in both], np.array([candidate.cost for candidate in pool])


def test_a_new_network_also_costs_the_mean_time_of_a_trial():
    trials = timed_history(0.5)
    _, (by_time, by_trials), costs = acquisitions(trials, (1,))
    place = np.mean(costs_of(trials) ** 0.5)  # each was trained for one epoch
    gained = by_time > 0
    assert gained.sum() > 10
    np.testing.assert_allclose((by_time / by_trials)[gained], (1 + place / costs**0.5)[gained], rtol=0.05)


def test_a_waiting_trial_has_its_place_already():
    trials = timed_history(0.5)
    both, (by_time, by_trials), _ = acquisitions(trials, (1, 3, 9))
    waiting = [each.of_waiting(trials[:10]) for each in both]
    np.testing.assert_array_equal(*waiting)
    assert np.all(by_trials <= by_time) and np.any(by_trials < 0.9 * by_time)

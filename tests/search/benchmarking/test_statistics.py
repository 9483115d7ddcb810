"""Means over seeds and paired differences, beside scipy's."""

import math

import numpy as np
import pytest
from scipy import stats

from search.benchmarking.statistics import Estimate, estimate, paired_difference


@pytest.mark.parametrize("seeds", [2, 3, 20])
def test_mean_and_standard_error_are_those_of_scipy(seeds):
    values = np.random.default_rng(seeds).normal(size=seeds)
    found = estimate(dict(enumerate(values)))
    assert found.mean == pytest.approx(values.mean())
    assert found.standard_error == pytest.approx(stats.sem(values))
    assert found.seeds == seeds


def test_a_paired_difference_gives_the_t_of_a_paired_test():
    random = np.random.default_rng(0)
    images = random.normal(scale=10, size=8)  # what a seed does to both
    first, second = images + random.normal(size=8), images + random.normal(size=8) + 1
    found = paired_difference(dict(enumerate(second)), dict(enumerate(first)))
    assert found.mean / found.standard_error == pytest.approx(stats.ttest_rel(second, first).statistic)
    unpaired = math.hypot(stats.sem(first), stats.sem(second))
    assert found.standard_error < unpaired / 3


def test_only_seeds_of_both_are_paired():
    found = paired_difference({1: 5.0, 2: 7.0, 3: 9.0, 4: math.nan}, {2: 4.0, 3: 5.0, 4: 1.0, 5: 0.0})
    assert found == Estimate(mean=3.5, standard_error=0.5, seeds=2)


def test_one_seed_has_a_mean_and_no_error_and_none_has_neither():
    assert estimate({3: 0.5}) == Estimate(0.5, None, 1)
    assert estimate({3: math.nan}) == estimate({}) == Estimate(None, None, 0)
    assert paired_difference({1: 1.0}, {2: 1.0}) == Estimate(None, None, 0)

"""Expected times: the power law is recovered, and what is even in time is."""

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState, create_trial

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.initial_design import N_STARTUP_TRIALS
from search.optimizer.sampler.training_time import even_in_time, power_of_cost
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from tests.toy_space import ToySpace


def timed(costs, seconds, *, epochs=3):
    """Trials of these costs, whose epochs have taken so long."""
    return [
        create_trial(
            state=TrialState.COMPLETE,
            values=[0.5, 2 * cost],
            user_attrs={attr.MACS: cost, attr.RUNGS: {str(epochs): 0.5}, attr.SECONDS: epochs * each},
        )
        for cost, each in zip(costs, seconds, strict=True)
    ]


COSTS = 1_000 * 2 ** np.arange(8)


@pytest.mark.parametrize(("power", "found"), [(0.5, 0.5), (0, 0), (-1, 0), (2, 1)])
def test_the_power_is_that_of_the_times_from_0_to_1(power, found):
    trials = timed(COSTS, 3.0 * (COSTS / 1_000.0) ** power)
    assert power_of_cost(trials) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("trials", [[], timed(COSTS[:2], [1, 2]), timed([1_000] * 4, [1, 2, 3, 4])])
def test_from_too_little_no_power_is_told(trials):
    assert power_of_cost(trials) == 0


@pytest.mark.parametrize("growth", [0.0, 1e-9, 0.5, 3.0, 6.0])
def test_equal_parts_of_the_costs_take_the_same_time(growth):
    positions = np.array([even_in_time((number + 0.5) / 40_000, growth) for number in range(40_000)])
    assert even_in_time(0, growth) == 0 and even_in_time(1, growth) == pytest.approx(1)
    times, _ = np.histogram(positions, bins=5, range=(0, 1), weights=np.exp(growth * positions))
    np.testing.assert_allclose(times, times.mean(), rtol=0.05)


def begun(seconds):
    """Log costs of the networks that a search begins with, of which each takes so long, given its cost."""
    study = open_study(
        "toy",
        Problem(
            ToySpace(widths=tuple(range(4, 84, 2))),
            caps=Caps(),
            ladder=Ladder((1, 3)),
            bounds=Bounds(0.5, 1_200, 24_000),
        ),
        storage=optuna.storages.InMemoryStorage(),
        sampler="known-cost",
        seed=0,
        settings={},
    )
    found = []
    while len(found) < N_STARTUP_TRIALS:
        proposal = study.ask()
        cost = proposal.architecture.cost().multiply_adds
        study.record_rung(proposal.number, accuracy=0.5, seconds=seconds(cost))
        found.append(np.log(cost))
    return np.array(found)


def test_a_search_begins_with_more_cheap_networks_where_these_train_quickly():
    alike, growing = begun(lambda cost: 1.0), begun(lambda cost: cost / 1_200)
    assert growing.mean() < alike.mean() - 0.2
    assert np.ptp(growing) > 0.7 * np.ptp(alike)

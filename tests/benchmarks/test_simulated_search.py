"""The model that stands for trainings, against a made-up law, and a search on it."""

from random import Random

import numpy as np
import pytest
from optuna.trial import TrialState, create_trial

from search.optimizer.networks.describe import random_networks
from search.optimizer.pareto import Bounds
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import costs_of
from search.training.recipe import ONE_CYCLE
from search.workers.messages import Job
from spaces.hybrid import HybridSpace
from tests.benchmarks.simulated_search import MINUTES, Simulation, Truth

RUNGS = (1, 3)
BOUNDS = Bounds(0.9, 3e4, 12.5e6)


def log_loss(params, cost, rung):
    """SiLU is better by a tenth. A large head learns slowly. Losses fall as a power of the cost."""
    slow = 0.2 * (params["head"] == "flatten") if rung == RUNGS[0] else 0.0
    return 0.4 - 0.1 * np.log(cost.multiply_adds / 1e4) - 0.1 * (params["activation"] == "silu") + slow


def made_up_trials(count, seed):
    """Random networks that were trained to the end."""
    trials = []
    for hp, _, cost in random_networks(HybridSpace(), Random(seed), draws=count):
        losses = {rung: np.exp(log_loss(hp.values, cost, rung)) for rung in RUNGS}
        attributes = {attr.MACS: cost.multiply_adds, attr.PARAMETERS: cost.parameters}
        attributes[attr.RUNGS] = {str(rung): 1 - loss for rung, loss in losses.items()}
        attributes[attr.SECONDS] = RUNGS[-1] * (cost.multiply_adds / 1e5) ** 0.5
        trials.append(
            create_trial(
                state=TrialState.COMPLETE,
                values=[1 - losses[RUNGS[-1]], cost.flops],
                params=dict(hp.values),
                distributions=hp.distributions,
                user_attrs=attributes,
            )
        )
    return trials


@pytest.fixture(scope="module")
def truth():
    return Truth(made_up_trials(150, seed=0), RUNGS)


def test_networks_that_it_has_not_seen_follow_the_law_at_every_rung(truth):
    for rung in RUNGS:
        unseen = list(random_networks(HybridSpace(), Random(1), draws=40))
        law = np.array([log_loss(hp.values, cost, rung) for hp, _, cost in unseen])
        predicted = np.array([truth.log_loss(hp.values, cost, rung) for hp, _, cost in unseen])
        costs = np.log([cost.multiply_adds for *_, cost in unseen])
        beside_cost = law - np.polyval(np.polyfit(costs, law, 1), costs)
        assert np.sqrt(np.mean((predicted - law) ** 2)) < 0.75 * np.std(beside_cost)


def test_a_search_repeats_itself_and_counts_what_ended_in_time(truth):
    first, again = (Simulation(truth, BOUNDS, seed=3).search(12) for _ in range(2))
    assert first == again
    assert len(first["hypervolume"]) == len(MINUTES)
    assert first["hypervolume"] == sorted(first["hypervolume"]) and 0 < first["hypervolume"][-1] < 1
    for row in first["accuracy"]:
        assert row == sorted(row)
    assert Simulation(truth, BOUNDS, seed=4).search(12)["hypervolume"] != first["hypervolume"]


def test_a_training_takes_the_time_of_its_cost(truth):
    (trial,) = made_up_trials(1, seed=5)
    network = HybridSpace().start_network("HybridCNN")
    assert costs_of([trial])[0] != network.cost().multiply_adds
    job = Job(0, network, seed=0, recipe=ONE_CYCLE, milestones=(3,), resume_from=1)
    assert truth.seconds(job) == pytest.approx(2 + 2 * (network.cost().multiply_adds / 1e5) ** 0.5, rel=1e-3)

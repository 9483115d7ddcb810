"""No two networks that can learn the same functions are trained."""

from collections import Counter

import numpy as np
import optuna
import pytest

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import function_key_of
from spaces.hybrid import HybridSpace


def opened(sampler="known-cost"):
    problem = Problem(HybridSpace(input_shape=(16, 16, 3)), Ladder((1,)), Caps(flops=5e6))
    storage = optuna.storages.InMemoryStorage()
    return open_study("study", problem, storage=storage, sampler=sampler, seed=0, settings={})


def train(study, proposal):
    cost = proposal.architecture.cost()
    accuracy = 0.2 + 0.04 * np.log(cost.parameters) + 0.02 * np.sin(cost.multiply_adds)
    study.record_epoch(proposal.number, (1, accuracy, 1.0, 0.1, 1.0, 100.0))
    study.record_rung(proposal.number, accuracy=accuracy, seconds=1.0)


@pytest.mark.parametrize("sampler", [pytest.param("known-cost", marks=pytest.mark.long), "random"])
def test_of_a_hundred_trained_networks_no_two_have_one_function(sampler):
    study = opened(sampler)
    while (proposal := study.ask(100)) is not None:
        train(study, proposal)
    counted = Counter(map(function_key_of, study.trained()))
    assert counted.total() == 100 and max(counted.values()) == 1


def test_a_network_with_another_bias_is_told_as_its_twin():
    study = opened("random")
    first = study.ask(100)
    train(study, first)
    params = dict(study.trials()[first.number].params)
    params["stem_bias"] = not params["stem_bias"]
    while any(trial.state == optuna.trial.TrialState.WAITING for trial in study.optuna_study.get_trials()):
        study.optuna_study.tell(study.optuna_study.ask().number, state=optuna.trial.TrialState.FAIL)
    study.optuna_study.enqueue_trial(params)
    study.refresh()
    second = study.ask(100)
    [twin] = [trial for trial in study.trials() if attr.REPEATS in trial.user_attrs]
    assert twin.params["stem_bias"] != study.trials()[first.number].params["stem_bias"]
    assert twin.user_attrs[attr.REPEATS] == first.number and second.number > twin.number
    assert twin.user_attrs[attr.KEY] != study.trials()[first.number].user_attrs[attr.KEY]

"""A study in somebody's hypermodel: caps, failures and repeats, with nothing trained."""

import sys
import time

import keras
import optuna
import pytest
from optuna.trial import TrialState

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from spaces.catalogue import SPACES
from spaces.hypermodel import HypermodelSpace

SECONDS = 6.0
"""Of the processor's time, that a proposal may take at the median."""


def build(hp):
    width = hp.Choice("width", [8, 10, 12, 16, 20, 24, 28, 32, 36, 40, 256])
    hp.Choice("learning_rate", [0.1, 0.01])
    if hp.Int("depth", 1, 4) == 4:
        raise KeyError("a layer of the user's")
    model = keras.Sequential([keras.Input((8, 8, 1))])
    for _ in range(hp.get("depth")):
        model.add(keras.layers.Conv2D(width, 3, padding="same", activation="relu"))
    model.add(keras.layers.GlobalAveragePooling2D())
    model.add(keras.layers.Dense(10, activation="softmax"))
    return model


@pytest.fixture(scope="module")
def study():
    sys.modules["nets_of_a_study"] = sys.modules[__name__]
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space = HypermodelSpace("nets_of_a_study:build", input_shape=(8, 8, 1), classes=10)
    return open_study(
        "own",
        Problem(space, caps=Caps(flops=4e6), ladder=Ladder((1,)), bounds=Bounds(0.9, 1e3, 2e6)),
        storage=optuna.storages.InMemoryStorage(),
        sampler="known-cost",
        seed=0,
        settings={},
    )


def ask_for_what_waits(study):
    study.refresh()
    while any(trial.state == TrialState.WAITING for trial in study.trials()):
        study.ask()


@pytest.mark.long
def test_a_search_proposes_each_network_once_and_none_over_the_cap(study):
    trained, seconds = [], []
    while len(trained) < 10:
        started = time.process_time()
        proposal = study.ask()
        seconds.append(time.process_time() - started)
        trained.append(proposal.architecture)
        study.record_epoch(proposal.number, (1, 0.5, 1.0, 0.1))
        study.record_rung(proposal.number, accuracy=0.1 + 0.08 * len(trained), seconds=1.0)
    assert len({network.key for network in trained}) == len(trained)
    assert max(network.cost().flops for network in trained) <= 4e6
    assert study.trials()[0].user_attrs[attr.START_POINT] == "Default"
    assert sorted(seconds)[len(seconds) // 2] < SECONDS


def test_what_the_hypermodel_can_not_build_fails_with_its_reason(study):
    study.optuna_study.enqueue_trial({"width": 8, "learning_rate": 0.1, "depth": 4})
    ask_for_what_waits(study)
    [failed] = [trial for trial in study.trials() if trial.state == TrialState.FAIL]
    assert failed.user_attrs[attr.REASON] == (
        "the space can't describe this network: KeyError: \"a layer of the user's\""
    )


def test_what_is_over_the_cap_is_never_trained(study):
    study.optuna_study.enqueue_trial({"width": 256, "learning_rate": 0.1, "depth": 3})
    ask_for_what_waits(study)
    [over] = [trial for trial in study.trials() if attr.OVER_CAP in trial.user_attrs]
    assert over.state == TrialState.PRUNED and attr.EPOCHS not in over.user_attrs
    network = study.problem.space.architecture(StoredHyperParameters(over.params))
    assert network.cost().multiply_adds == 64 * 9 * (256 + 2 * 256 * 256) + 2560


def test_no_space_of_ours_is_called_like_a_hypermodel():
    assert not any(":" in name for name in SPACES)

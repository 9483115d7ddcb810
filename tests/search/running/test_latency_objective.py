"""Latency as an objective: the model of a study is stored once, and networks are timed only without one."""

from types import SimpleNamespace

import optuna
import pytest

from search.devices.latency_model import LatencyModel
from search.errors import SearchError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.running import latency_objective
from spaces.hybrid import HybridSpace
from spaces.reference import resnet8

SPACE = HybridSpace(input_shape=(8, 8, 1), classes=10)
CAPS = Caps(flops=2_000_000)


@pytest.fixture
def timed(monkeypatch):
    """Networks that were timed; each takes a microsecond for each multiply-add."""
    networks = []

    def measure(architectures):
        networks.extend(architectures)
        return [SimpleNamespace(median_ms=1e-3 * one.cost().multiply_adds) for one in architectures]

    monkeypatch.setattr(latency_objective, "measure_networks", measure)
    monkeypatch.setattr(latency_objective, "check_installed", lambda formats: None)
    return networks


def model_of(storage, caps=CAPS):
    messages, problem = [], Problem(SPACE, Ladder((1,)), caps)
    model = latency_objective.model_of("mine", problem, storage=storage, seed=0, say=messages.append)
    return model, messages


@pytest.mark.parametrize("caps", [CAPS, Caps(flops=200_000, ram_bytes=1_200)], ids=["ordinary", "tight"])
def test_different_networks_under_the_caps_are_timed(timed, caps):
    model, messages = model_of(optuna.storages.InMemoryStorage(), caps)
    assert len({one.key for one in timed}) == len(timed) == latency_objective.TIMED_NETWORKS == model.networks
    assert all(caps.allow(one.cost()) for one in timed)
    assert messages[0].startswith("Timing 40 networks") and messages[1].startswith("Latency is predicted by a model")


def test_caps_that_nothing_meets_are_refused_before_anything_is_timed(timed):
    with pytest.raises(SearchError, match="no network of the space was found within the caps"):
        model_of(optuna.storages.InMemoryStorage(), Caps(flops=10))
    assert not timed


def test_a_stored_model_is_used_and_stays(timed):
    storage = optuna.storages.InMemoryStorage()
    model, _ = model_of(storage)
    study = optuna.create_study(study_name="mine", storage=storage)
    assert latency_objective.stored_model("mine", storage=storage) is None
    latency_objective.store_model(model, study)
    timed.clear()
    again, messages = model_of(storage)
    assert isinstance(again, LatencyModel) and not timed and len(messages) == 1
    cost = resnet8().cost()
    assert latency_objective.latency_objective(again).cost(cost) == pytest.approx(model.price(cost))
    latency_objective.store_model(None, study)
    assert latency_objective.stored_model("mine", storage=storage) is not None

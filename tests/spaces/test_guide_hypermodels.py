"""Hypermodels in the manner of KerasTuner's guides are described, counted and built, or refused in one sentence."""

from random import Random

import keras
import numpy as np
import pytest

from search.optimizer.networks.describe import random_networks
from spaces.hypermodel import HypermodelSpace
from spaces.hypermodel_source import has_own_fit
from tests.spaces import guide_hypermodels

MODULE = guide_hypermodels.__name__
PARAMS = {
    "dense": {"units", "activation", "dropout", "lr"},
    "dense_layers": {"num_layers", "units_0", "units_1", "units_2", "activation"},
    "mlp_or_cnn": {"model_type", "units", "filters"},
    "OwnFit": {"units", "activation", "dropout", "lr"},
    "OwnLoss": {"filters"},
    "augmented": {"filters"},
    "nested": {"filters"},
}


@pytest.mark.parametrize("name", PARAMS)
def test_its_networks_are_those_that_keras_would_train(name):
    space = HypermodelSpace(f"{MODULE}:{name}", input_shape=(8, 8, 1), classes=10)
    asked = set()
    for hp, network, cost in random_networks(space, Random(0), draws=4):
        asked |= set(network.params)
        model, own = network.build(), space.build(hp)
        own.build((None, 8, 8, 1)) if not own.built else None
        assert cost.parameters == sum(int(np.prod(weight.shape)) for weight in own.trainable_weights)
        assert model(np.zeros((2, 8, 8, 1)), training=False).shape == (2, 10)
        keras.backend.clear_session()
    assert asked <= PARAMS[name]


def test_a_model_without_a_graph_is_refused_with_what_to_do():
    space = HypermodelSpace(f"{MODULE}:subclassed", input_shape=(8, 8, 1), classes=10)
    import keras_tuner

    with pytest.raises(ValueError, match="got Subclassed, a model without a graph. Write it with the functional"):
        space.architecture(keras_tuner.HyperParameters())


@pytest.mark.parametrize(("name", "expected"), [("OwnFit", True), ("OwnLoss", False), ("dense", False)])
def test_a_fit_of_its_own_is_known(name, expected):
    assert has_own_fit(f"{MODULE}:{name}") == expected


def test_kerastuners_own_hypermodels_have_none():
    assert not has_own_fit("keras_tuner.applications:HyperResNet")

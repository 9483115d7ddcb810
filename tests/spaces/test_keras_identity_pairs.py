"""Keys of many networks: those that compute different things never have one key, those that are one always do."""

import itertools
import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from spaces.keras_identity import key_of
from tests.spaces.different_networks import FACTORS, TOLD, UNTOLD
from tests.spaces.equal_networks import EQUAL, model

IMAGES = np.random.default_rng(0).normal(size=(5, 6, 6, 4)).astype("float32")


def pairs(networks):
    return len(list(itertools.combinations(networks, 2)))


def outputs(network, **options):
    keras.utils.set_random_seed(1)
    result = np.asarray(keras.ops.cast(network(IMAGES, **options), "float32"))
    return result.shape, np.round(result, 4).tobytes()


def facts(network, *, new_weights=True):
    """All that can be seen of a network: its outputs and losses for given weights, and which weights are trained."""
    if new_weights:
        random = np.random.default_rng(1)
        network.set_weights([random.uniform(0.1, 1, weight.shape).astype("float32") for weight in network.weights])
    modes = [outputs(network), outputs(network, training=True)]
    losses = [round(float(loss), 4) for loss in network.losses]
    weights = [(weight.trainable, np.round(weight.numpy(), 4).tobytes()) for weight in network.weights]
    return repr([modes, losses, weights, [tensor.dtype for tensor in network.outputs]])


def new_model(make):
    keras.utils.set_random_seed(0)
    return model(make)


def factor_model(make, factor):
    return new_model(lambda tensor: make(factor)(tensor))


def test_there_are_enough_pairs():
    assert sum(map(pairs, TOLD.values())) + len(UNTOLD) * pairs(FACTORS) >= 200
    assert sum(map(pairs, EQUAL.values())) >= 50


@pytest.mark.parametrize("family", TOLD)
def test_networks_that_compute_different_things_have_different_keys(family):
    networks = [new_model(make) for make in TOLD[family]]
    keys = [key_of(network) for network in networks]
    assert [key_of(network, params={"choice": i}) for i, network in enumerate(networks)] == keys
    seen = [facts(network, new_weights=family != "initial values") for network in networks]
    assert len(set(seen)) == len(networks), "the networks of this test must differ"
    assert len(set(keys)) == len(networks)


@pytest.mark.parametrize("family", UNTOLD)
def test_params_tell_what_the_model_does_not(family):
    networks = [factor_model(UNTOLD[family], factor) for factor in FACTORS]
    assert len({facts(network, new_weights=False) for network in networks}) == len(FACTORS)
    keys = [key_of(network, params={"factor": factor}) for factor, network in zip(FACTORS, networks, strict=True)]
    assert len(set(keys)) == len(FACTORS)
    assert key_of(factor_model(UNTOLD[family], FACTORS[1]), params={"factor": FACTORS[1]}) == keys[1]


@pytest.mark.parametrize("name", EQUAL)
def test_networks_that_are_one_have_one_key(name):
    assert len({key_of(make(), params={"way": way}) for way, make in enumerate(EQUAL[name])}) == 1


def keys_of_some():
    """A key of each family."""
    told = [key_of(model(networks[-1]), params={}) for networks in TOLD.values()]
    return told + [key_of(factor_model(make, 2), params={"factor": 2}) for make in UNTOLD.values()]


def test_keys_are_the_same_in_another_process():
    code = f"import json; from {__name__} import keys_of_some; print(json.dumps(keys_of_some()))"
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == keys_of_some()

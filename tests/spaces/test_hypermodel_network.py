"""A hypermodel's network as plain data, and the model that is built from it."""

import json
from random import Random

import numpy as np
import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from spaces.cost import Cost
from spaces.hypermodel_network import HypermodelNetwork, from_dict
from tests.spaces.hypermodels import space


@pytest.fixture(scope="module")
def network():
    return space("branching").architecture(RandomHyperParameters(Random(0)))


def test_its_data_makes_it_again(network):
    again = from_dict(json.loads(network.to_json()))
    assert again == network and hash(again) == hash(network)
    assert again.cost().flops == network.cost().flops == 2 * (64 * (9 + 25) * 4 + 8 * 10)


def test_its_params_are_stored_as_answers(network):
    """Studies of earlier versions have this name, so it stays."""
    assert network.to_dict()["answers"] == network.params


def test_it_builds_the_model_that_it_was_counted_on(network):
    model = from_dict(network.to_dict()).build()
    assert model.count_params() == network.cost().parameters
    assert model.layers[-1].name == "probabilities" and model.get_layer("logits").output.shape == (None, 10)
    np.testing.assert_allclose(model(np.zeros((2, 8, 8, 1), "float32")).numpy().sum(axis=1), 1, rtol=1e-6)


def test_a_changed_hypermodel_is_refused(network):
    changed = from_dict(network.to_dict() | {"key": "another"})
    with pytest.raises(ValueError, match="now builds another network than before"):
        changed.build()


def test_a_network_of_the_first_format_is_read_and_built(network):
    """Its key is of another kind, so that only the number of parameters can be compared."""
    data = network.to_dict() | {"format": 1, "key": "of the first format"}
    first = from_dict(data)
    assert first.to_dict() == data and first.words() == network.words()
    assert first.build().count_params() == network.cost().parameters
    layers = [[*layer[:4], layer[4] + 1, *layer[5:]] for layer in data["layers"]]
    with pytest.raises(ValueError, match="now builds another network than before"):
        from_dict(data | {"layers": layers}).build()


@pytest.mark.parametrize("number", [0, 3, None])
def test_another_format_is_refused(network, number):
    with pytest.raises(ValueError, match=f"format 2 was expected; got format {number}"):
        from_dict(network.to_dict() | {"format": number})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sized", "no choices"),
        ("uncountable", "no choices (not counted: Mystery)"),
        ("branching", "turned True, name y, learning_rate 0.1"),
    ],
)
def test_its_words_are_its_params_and_what_is_not_counted(name, words):
    stored = {"turned": True, "name": "y", "learning_rate": 0.1}
    assert space(name).architecture(StoredHyperParameters(stored)).words() == words


def test_its_words_move_no_cursor_and_begin_no_line():
    network = HypermodelNetwork("nets:build", (8, 8, 1), 10, {"a\x1b[2J\n": "b\r"}, "key", Cost(()))
    assert network.words().isprintable() and "a\\x1b[2J\\n b\\r" in network.words()

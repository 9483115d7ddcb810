"""Networks that differ in what BatchNorm takes away can learn the same functions, and have one function key."""

import dataclasses
from random import Random

import keras
import numpy as np
import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, Residual, SeparableConv, StandardConv
from spaces.blocks.redundant_bias import without_redundant_bias
from spaces.heads import GlobalAverageHead
from spaces.hybrid import HybridSpace

SPACE = HybridSpace(input_shape=(16, 16, 3))


def pairs(count, *, seed=0):
    """Networks of the space, each beside itself with other biases."""
    random = Random(seed)
    for _ in range(count):
        hp = RandomHyperParameters(random)
        network = SPACE.architecture(hp)
        others = {name: random.random() < 0.5 if name.endswith("_bias") else value for name, value in hp.values.items()}
        yield network, SPACE.architecture(StoredHyperParameters(others))


def test_networks_that_differ_in_biases_before_batch_norm_have_one_function_key():
    differ = 0
    for network, other in pairs(300):
        assert network.function_key == other.function_key
        differ += network.key != other.key
    assert differ > 200


def test_networks_that_differ_otherwise_have_two():
    random, keys = Random(1), {}
    for _ in range(2_000):
        network = SPACE.architecture(RandomHyperParameters(random))
        bare = Architecture(network.input_shape, tuple(map(without_redundant_bias, network.blocks)), network.head)
        assert keys.setdefault(network.function_key, bare) == bare


@pytest.mark.parametrize("number", range(4))
def test_a_bias_before_batch_norm_changes_no_output_in_training(number):
    network, _ = list(pairs(4, seed=2))[number]
    keras.utils.set_random_seed(0)
    # Dropout would make two calls differ.
    model = dataclasses.replace(network, head=dataclasses.replace(network.head, dropout=0.0)).build()
    images = np.random.default_rng(0).normal(size=(64, 16, 16, 3)).astype(np.float32)
    before = np.array(model(images, training=True))
    biased = [layer for layer in model.layers if _precedes_batch_norm(layer)]
    for layer in biased:
        layer.bias.assign(np.random.default_rng(1).normal(size=layer.bias.shape))
    np.testing.assert_allclose(before, model(images, training=True), atol=2e-4)
    assert len(biased) == sum(_biases(block) for block in network.blocks)


def _precedes_batch_norm(layer):
    if not getattr(layer, "use_bias", False) or not hasattr(layer, "kernel_size"):
        return False
    (node,) = layer._outbound_nodes
    return isinstance(node.operation, keras.layers.BatchNormalization)


def _biases(block):
    convolutions = block.body if isinstance(block, Residual) else (block,)
    return sum(getattr(convolution, "bias", False) and convolution.batch_norm for convolution in convolutions)


def test_a_bias_without_batch_norm_stays():
    for block in (StandardConv(8, batch_norm=False), SeparableConv(8, batch_norm=False), MaxPool()):
        assert without_redundant_bias(block) == block
    shortcut = StandardConv(8, 1, batch_norm=False, activation="linear")
    assert without_redundant_bias(Residual((StandardConv(8),), shortcut)).shortcut == shortcut


def test_the_key_of_a_network_without_such_biases_is_its_function_key():
    network = Architecture((8, 8, 1), (StandardConv(8, bias=False), SeparableConv(8, bias=False)), GlobalAverageHead(3))
    assert network.function_key == network.key
    biased = dataclasses.replace(network, blocks=(StandardConv(8), SeparableConv(8)))
    assert biased.key != network.key and biased.function_key == network.key

"""The model for devices: the preprocessing is inside, and the weights are those of the network."""

import numpy as np
import pytest

from search.devices.deployable import deployable
from search.training.compiled_steps import scale_pixels
from spaces.reference import REFERENCES


@pytest.fixture(scope="module")
def network():
    return REFERENCES["SeparableCNN"](input_shape=(16, 16, 3)).build()


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).integers(0, 256, (5, 16, 16, 3), dtype=np.uint8)


def test_the_preprocessing_is_that_of_training(network, images):
    np.testing.assert_allclose(deployable(network)(images), network(scale_pixels(images)), atol=1e-6)


def test_float_images_of_the_same_values_give_the_same(network, images):
    for_quantiser = deployable(network, dtype="float32")
    np.testing.assert_allclose(for_quantiser(images.astype(np.float32)), deployable(network)(images), atol=1e-6)


def test_it_shares_its_weights_with_the_network(network, images):
    model = deployable(network)
    before = model(images).numpy()
    network.trainable_variables[0].assign_add(np.ones(network.trainable_variables[0].shape))
    assert np.abs(model(images).numpy() - before).max() > 1e-4

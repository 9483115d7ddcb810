"""Max-pool and resizing: by hand, and without the side effect of Keras's own layer for resizing."""

import numpy as np
import pytest

from spaces.architecture import Architecture
from spaces.blocks import MaxPool, Resize, StandardConv
from spaces.heads import GlobalAverageHead


def test_half_the_size_is_the_mean_of_four_pixels():
    import keras

    inputs = keras.Input((8, 6, 3))
    model = keras.Model(inputs, Resize(4, 3).build(inputs, "a"))
    images = np.random.default_rng(0).normal(size=(2, 8, 6, 3)).astype("float32")
    expected = images.reshape(2, 4, 2, 3, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(model(images), expected, rtol=1e-5, atol=1e-6)
    assert Resize(4, 3).output_shape((8, 6, 3)) == (4, 3, 3)


def test_a_network_that_resizes_is_called_for_inference_by_default():
    model = Architecture((8, 8, 3), (Resize(6, 6), StandardConv(4)), GlobalAverageHead(2)).build()
    images = np.random.default_rng(0).normal(size=(5, 8, 8, 3)).astype("float32")
    np.testing.assert_allclose(model(images), model(images, training=False), rtol=1e-5)
    np.testing.assert_allclose(model(images)[:1], model(images[:1]), rtol=1e-5)


def test_a_pool_larger_than_its_maps_is_refused():
    with pytest.raises(ValueError, match="at least 2 pixels a side; got 1x4"):
        MaxPool().output_shape((1, 4, 8))

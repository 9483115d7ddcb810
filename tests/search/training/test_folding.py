"""Folding: the same function without BatchNorm, for every kind of block and for graphs in which it must not fold."""

import keras
import numpy as np
import pytest
from keras import layers

from search.training.folding import folded
from spaces.reference import REFERENCES

SHAPE = (16, 16, 3)


def randomised(model):
    """The model with weights as after a training: none is zero, no BatchNorm is idle."""
    random = np.random.default_rng(1)
    for weight in model.weights:
        low, high = (0.5, 1.5) if weight.name in ("moving_variance", "gamma") else (-0.3, 0.3)
        weight.assign(random.uniform(low, high, weight.shape))
    return model


def kinds(model):
    return [type(layer).__name__ for layer in model.layers]


def check(model):
    """That the folded model gives the same; returns it."""
    randomised(model)
    images = np.random.default_rng(0).normal(size=(5, *model.inputs[0].shape[1:])).astype(np.float32)
    result = folded(model)
    np.testing.assert_allclose(result(images), model(images, training=False), atol=1e-5)
    return result


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_network_needs_no_batch_norm(name):
    model = REFERENCES[name](input_shape=(32, 32, 3)).build()
    assert "BatchNormalization" in kinds(model)
    result = check(model)
    assert not {"BatchNormalization", "SeparableConv2D"} & set(kinds(result))


def test_weights_of_a_folded_network_fit_its_architecture_again(tmp_path):
    architecture = REFERENCES["HybridCNN-S"]()
    model = randomised(architecture.build())
    images = np.random.default_rng(0).normal(size=(5, 32, 32, 3)).astype(np.float32)
    one = folded(model)
    one.save_weights(tmp_path / "one.weights.h5")
    other = folded(architecture.build())
    other.load_weights(tmp_path / "one.weights.h5")
    np.testing.assert_array_equal(one(images), other(images))


def read_twice(image):
    convolved = layers.Conv2D(4, 3, padding="same")(image)
    return layers.Add()([layers.BatchNormalization()(convolved), convolved])


def called_twice(image):
    convolution = layers.Conv2D(3, 3, padding="same")
    return layers.BatchNormalization()(convolution(layers.BatchNormalization()(convolution(image))))


def activated(image):
    return layers.BatchNormalization()(layers.Conv2D(4, 3, activation="relu")(image))


def of_rows(image):
    return layers.BatchNormalization(axis=1)(layers.Conv2D(4, 3)(image))


@pytest.mark.parametrize("body", [read_twice, called_twice, activated, of_rows])
def test_a_batch_norm_that_can_not_be_folded_stays(body):
    image = keras.Input(SHAPE)
    result = check(keras.Model(image, layers.Dense(3)(layers.Flatten()(body(image)))))
    assert "BatchNormalization" in kinds(result)


def plain(image):
    return layers.BatchNormalization(scale=False)(layers.Conv2D(4, 3, use_bias=False)(image))


def multiplied(image):
    return layers.BatchNormalization(center=False)(layers.DepthwiseConv2D(3, depth_multiplier=2)(image))


def of_a_model_inside(image):
    inner = keras.Sequential([keras.Input(SHAPE), layers.SeparableConv2D(6, 3, depth_multiplier=2, strides=2)])
    return layers.BatchNormalization()(inner(image))


@pytest.mark.parametrize("body", [plain, multiplied, of_a_model_inside])
def test_a_batch_norm_after_any_convolution_is_folded(body):
    image = keras.Input(SHAPE)
    result = check(keras.Model(image, layers.Dense(3)(layers.Flatten()(body(image)))))
    assert "BatchNormalization" not in kinds(result)

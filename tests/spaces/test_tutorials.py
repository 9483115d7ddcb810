"""The cost of networks as tutorials write them: equal to that of the whole graph for a batch of one, or said unknown.

TensorFlow's profiler counts most of them. Where it can't, the answer is a closed form: it counts the body of a loop
once, the padding of a dilated convolution, and no convolution in groups.
"""

import pytest

from spaces.keras_cost import count
from tests.spaces.tutorials import attention, convolutional, custom_layers, sequences, whole_graph

NO_NETWORKS = ("classifier", "patches")
NETWORKS = {
    name: make
    for module in (convolutional, attention, sequences, custom_layers)
    for name, make in vars(module).items()
    if getattr(make, "__module__", "") == module.__name__
    and not isinstance(make, type)
    and not name.startswith("_")
    and name not in NO_NETWORKS
}

BY_HAND = {
    "deeplab": 64 * 27 * 8 + 3 * 64 * 72 * 8 + 8 * 8 + 64 * 32 * 4,
    "resnext": 256 * 27 * 16 + 256 * 16 * 16 + 256 * 9 * 4 * 16 + 256 * 16 * 16 + 16 * 10,
    "shufflenet": 256 * 1 * 12 + 64 * 9 * 12 + 64 * 4 * 12 + 12 * 10,
    "tiles_in_the_batch": 5 * 64 * 27 * 8,
    "windows_by_reshape": 256 * (3 * 8 + 4 * 8 * 8 + 2 * 16 * 8 + 2 * 8 * 16) + 8 * 10,
    "lstm_over_rows": 12 * 4 * 8 * (6 + 8) + 8 * 10,
    "stacked_gru": 12 * 3 * 8 * (6 + 8) + 12 * 3 * 4 * (8 + 4) + 4 * 10,
    "bidirectional": 2 * 12 * 4 * 4 * (6 + 4) + 2 * 12 * 5 * (8 + 5) + 5 * 3,
    "cells": 12 * (4 * 5 * (6 + 5) + 3 * 4 * (5 + 4) + 3 * (4 + 3)),
    "encoder_and_decoder": 12 * 4 * 8 * (6 + 8) + 7 * 4 * 8 * (5 + 8) + 7 * 8 * 5,
    "convolutional_lstm": 3 * 64 * 9 * (2 + 4) * 4 * 4 + 3 * 64 * 27 * 4,
    "frames": 3 * 36 * 9 * 2 * 4 + 3 * 4 * 5 * (4 + 5) + 5 * 2,
    "recurrent_layer_of_a_user": 12 * 3 * 4 * (6 + 4) + 12 * 4 + 4 * 10,
    "reviews": 20 * 4 * 4 * (6 + 4) + 4,
    "layer_with_groups_and_transposes": 256 * 9 * 2 * 6 + 256 * 6 * 4 * 4 + 32 * 32 * 4 * 9 * 5 + 5 * 3,
    "layer_with_dilation": 256 * 9 * 8 + 144 * 9 * 8 * 5 + 144 * 9 * 5 * 6 + 6 * 3,
    "layer_as_tensorflow_function": 256 * 4 * 4 + 256 * 9 * 4 * 8 + 8 * 3,
    "layer_with_equal_branches": 256 * 4 * 6 + 6 * 3,
    "einsum_with_dots": 256 * 4 * 5 + 5 * 3,
}

UNKNOWN = {
    "fourier_network": {"FFT2"},
    "layer_with_unequal_branches": {"Function"},
    "layer_with_a_loop": {"Function"},
    "operation_with_a_loop": {"Map"},
    "layer_in_numpy": {"Function"},
    "layer_that_inverts": {"Function"},
    "layer_of_unknown_size": {"Function"},
    # This version of Keras can't run the operation.
    "operation_conv_transpose": {"ConvTranspose", "GlobalAveragePooling2D", "Dense"},
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_has_the_cost_of_its_whole_graph_or_it_is_said_to_be_unknown(name):
    model = NETWORKS[name]()
    cost = count(model)
    assert {layer.kind for layer in cost.layers if layer.name in cost.unknown} == UNKNOWN.get(name, set())
    if name not in UNKNOWN:
        assert cost.multiply_adds == (BY_HAND[name] if name in BY_HAND else whole_graph.multiply_adds(model))
    assert cost.parameters == model.count_params()


IN_GROUPS = {"ConvNeXtTiny": 49 * (3 * 64 * 96 + 3 * 16 * 192 + 9 * 4 * 384 + 3 * 1 * 768)}
"""Multiply-adds of convolutions in groups, which are missing in the whole graph's count."""

LARGE = "MobileNet MobileNetV2 EfficientNetB0 EfficientNetV2B0 NASNetMobile ConvNeXtTiny DenseNet121 ResNet50V2".split()


@pytest.mark.parametrize("name", ["MobileNetV3Small", *(pytest.param(name, marks=pytest.mark.long) for name in LARGE)])
def test_a_backbone_of_keras_in_a_small_network(name):
    import keras

    sides = (32, 32) if name == "NASNetMobile" else (None, None)
    backbone = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(*sides, 3))
    inputs = keras.Input((32, 32, 3))
    tensor = keras.layers.GlobalAveragePooling2D()(backbone(inputs, training=False))
    model = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(tensor))
    cost = count(model)
    assert cost.unknown == ()
    assert cost.multiply_adds == whole_graph.multiply_adds(model) + IN_GROUPS.get(name, 0)
    assert cost.parameters == model.count_params()

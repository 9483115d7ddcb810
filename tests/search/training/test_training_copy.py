"""The training copy against the plain Keras model: the same outputs, gradients and moving averages."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from search.training import training_copy as module
from search.training.batch_norm import fused_batch_norm_class, paired_batch_norm_class
from search.training.training_copy import TrainingCopy
from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv, Xception
from spaces.heads import FlattenHead, GlobalAverageHead
from tests.search.training.gradients import trained_on

BLOCKS = (
    StandardConv(8),
    Residual((SeparableConv(8, bias=False), StandardConv(8, activation="linear")), activation="relu"),
    MaxPool(),
    SeparableConv(12, depth_multiplier=2, activation="hard_silu", pointwise_l2=1e-3),
    Residual((StandardConv(16, strides=2),), StandardConv(16, 1, strides=2, batch_norm=False, activation="linear")),
)
NETWORKS = {
    "average": Architecture((16, 16, 3), BLOCKS, GlobalAverageHead(10)),
    "flatten": Architecture((16, 16, 3), BLOCKS, FlattenHead(10, units=20, dropout=0.0)),
    "mobile": Architecture(
        (16, 16, 3),
        (
            Resize(12, 12),
            StandardConv(8, bias=False, activation="hard_silu"),
            InvertedResidual(8, expansion=1.0, squeeze_excite=1 / 4, activation="hard_silu"),
            InvertedResidual(12, 5, strides=2, expansion=3.0, squeeze_excite=1 / 16, activation="silu"),
            Xception(12),
            Xception(16, strides=2),
        ),
        GlobalAverageHead(10),
    ),
    "multiplied": Architecture(
        (16, 16, 3),
        (
            SeparableConv(8, 5, depth_multiplier=3, bias=False, depthwise_l2=1e-2),
            SeparableConv(16, strides=2, depth_multiplier=2, pointwise_l2=1e-2, batch_norm=False),
            Residual((SeparableConv(16, depth_multiplier=2, activation="silu"),)),
        ),
        GlobalAverageHead(10),
    ),
    "pairs": Architecture(
        (16, 16, 3),
        (StandardConv(24, bias=False), SeparableConv(40, strides=2), SeparableConv(56, strides=2, activation="silu")),
        GlobalAverageHead(10),
    ),
    "grey": Architecture((16, 16, 1), (SeparableConv(8, depth_multiplier=2), StandardConv(12)), GlobalAverageHead(10)),
}


def plain(architecture):
    keras.utils.set_random_seed(3)
    model = architecture.build()
    random = np.random.default_rng(0)
    for variable in model.weights:
        if variable.name in ("gamma", "beta", "moving_mean"):
            variable.assign(variable + random.normal(0, 0.2, variable.shape))
    return keras.Model(model.inputs, model.get_layer("logits").output)


@pytest.fixture(autouse=True)
def on_cpu(monkeypatch):
    """The forms of layers for CPUs also compute the same on a GPU."""
    monkeypatch.setattr(module, "has_gpu", lambda: False)


@pytest.fixture
def batch():
    return np.random.default_rng(1).normal(size=(32, 16, 16, 3)).astype(np.float32)


@pytest.mark.parametrize("name", NETWORKS)
def test_outputs_gradients_and_averages_are_those_of_keras(name, batch):
    model = plain(NETWORKS[name])
    batch = batch[..., : model.input_shape[-1]]
    training_copy = TrainingCopy(model, precision="float32")
    assert any(isinstance(layer, fused_batch_norm_class()) for layer in training_copy.network.layers)
    before = {variable.path: variable.numpy() for variable in model.weights}
    outputs, gradients = trained_on(training_copy.network, batch)
    training_copy.copy_weights_back()
    copied_back = {variable.path: variable.numpy() for variable in model.weights}
    for variable in model.weights:
        variable.assign(before[variable.path])
    expected, expected_gradients = trained_on(model, batch)
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-4)
    scale = max(np.abs(gradient).max() for gradient in expected_gradients.values())
    for path, gradient in expected_gradients.items():
        np.testing.assert_allclose(gradients.get(path, 0 * gradient), gradient, rtol=1e-3, atol=1e-5 * scale)
    for variable in model.weights:
        np.testing.assert_allclose(
            copied_back[variable.path], variable.numpy(), rtol=1e-3, atol=1e-5, err_msg=variable.path
        )


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("name", NETWORKS)
def test_inference_is_that_of_keras_in_float32(name, precision, batch):
    model = plain(NETWORKS[name])
    batch = batch[..., : model.input_shape[-1]]
    training_copy = TrainingCopy(model, precision=precision)
    trained_on(training_copy.network, batch)  # the averages move
    training_copy.copy_weights_back()
    outputs = tf.function(training_copy.infer)(batch)
    np.testing.assert_allclose(outputs, model(batch), rtol=1e-3, atol=1e-4)
    policies = {layer.dtype_policy.name for layer in training_copy.network.layers}
    assert precision in policies


@pytest.mark.parametrize(
    "filters, side, has_pairs",
    [(24, 6, True), (72, 6, True), (8, 6, False), (32, 6, False), (28, 6, False), (24, 5, False)],
)
def test_batch_norm_takes_pixels_in_pairs_where_that_is_quicker(filters, side, has_pairs, monkeypatch):
    model = plain(Architecture((side, side, 3), (StandardConv(filters),), GlobalAverageHead(10)))
    (norm,) = [one for one in TrainingCopy(model, precision="float32").network.layers if "norm" in one.name]
    assert isinstance(norm, paired_batch_norm_class()) == has_pairs
    monkeypatch.setattr(module, "has_gpu", lambda: True)
    (norm,) = [one for one in TrainingCopy(model, precision="float32").network.layers if "norm" in one.name]
    assert isinstance(norm, fused_batch_norm_class()) and not isinstance(norm, paired_batch_norm_class())


def test_only_biases_before_batch_norm_are_left_out():
    model = plain(NETWORKS["flatten"])
    copied = {variable.path for variable in TrainingCopy(model, precision="float32").network.weights}
    missing = {variable.path for variable in model.weights} - copied
    assert missing == {path for path in missing if path.endswith("_conv/bias")}
    biases = {path for path in copied if path.endswith("bias")}
    assert {path.split("/")[0] for path in biases} == {"block5_shortcut_conv", "hidden", "logits"}, biases


def test_bfloat16_is_for_feature_maps_alone_and_near_enough(batch):
    blocks = (StandardConv(16), MaxPool(), Residual((SeparableConv(16, bias=False),)), SeparableConv(32))
    model = plain(Architecture((16, 16, 3), blocks, FlattenHead(10, units=20, dropout=0.0)))
    training_copy = TrainingCopy(model, precision="mixed_bfloat16")
    assert {variable.dtype for variable in training_copy.network.weights} == {"float32"}
    outputs, _ = trained_on(training_copy.network, batch)
    expected, _ = trained_on(model, batch)
    assert outputs.dtype == np.float32
    error = np.abs(outputs - expected).mean() / np.abs(expected).mean()
    assert 0 < error < 0.05


def test_bfloat16_spares_the_vectors_of_squeeze_and_excite(batch):
    blocks = (StandardConv(16), InvertedResidual(16, expansion=2.0, squeeze_excite=1 / 4), Xception(32))
    model = plain(Architecture((16, 16, 3), blocks, GlobalAverageHead(10)))
    training_copy = TrainingCopy(model, precision="mixed_bfloat16")
    in_float32 = {layer.name for layer in training_copy.network.layers if layer.compute_dtype == "float32"}
    assert {"block2_excite_squeeze", "block2_excite_excite", "block2_excite_gate", "logits"} <= in_float32
    assert training_copy.network.get_layer("block2_depthwise").compute_dtype == "bfloat16"
    outputs, _ = trained_on(training_copy.network, batch)
    expected, _ = trained_on(model, batch)
    assert np.abs(outputs - expected).mean() / np.abs(expected).mean() < 0.05


def test_each_layer_has_the_precision_in_which_it_is_faster(batch):
    blocks = (
        StandardConv(8),
        Residual((SeparableConv(8, strides=2),), StandardConv(8, 1, strides=2, activation="linear")),
        SeparableConv(16, activation="silu"),
        InvertedResidual(16, 5, expansion=1.0),
    )
    model = plain(Architecture((16, 16, 3), blocks, GlobalAverageHead(10)))
    training_copy = TrainingCopy(model, precision="mixed_bfloat16")
    copied = {layer.name: layer.compute_dtype for layer in training_copy.network.layers if layer.output.ndim == 4}
    in_bfloat16 = {name for name, dtype in copied.items() if dtype == "bfloat16"}
    assert in_bfloat16 == {
        *(name for name in copied if name.endswith("_conv")),
        "block3_norm",
        "block3_activation",
        "block4_depthwise_norm",
        "block4_depthwise_activation",
        "block4_project",
        "block4_project_norm",
        "block4_add",
    }
    outputs, _ = trained_on(training_copy.network, batch)
    expected, _ = trained_on(model, batch)
    assert 0 < np.abs(outputs - expected).mean() / np.abs(expected).mean() < 0.05


@pytest.mark.parametrize(("channels", "dtype"), [(16, "bfloat16"), (24, "float32")])
def test_on_a_gpu_all_feature_maps_have_one_precision_and_convolutions_are_those_of_keras(channels, dtype, monkeypatch):
    monkeypatch.setattr(module, "has_gpu", lambda: True)
    blocks = (StandardConv(channels, activation="silu"), SeparableConv(16, strides=2, depth_multiplier=2))
    model = plain(Architecture((16, 16, 3), blocks, GlobalAverageHead(10)))
    network = TrainingCopy(model, precision="mixed_bfloat16").network
    maps = {layer.compute_dtype for layer in network.layers[1:] if layer.output.ndim == 4}
    assert maps == {dtype}
    assert type(network.get_layer("block2_conv")) is keras.layers.SeparableConv2D


def test_the_model_is_left_alone_until_weights_are_copied_back(batch):
    model = plain(NETWORKS["average"])
    training_copy = TrainingCopy(model, precision="float32")
    before = [variable.numpy() for variable in model.weights]
    trained_on(training_copy.network, batch)
    assert all(np.array_equal(a, b.numpy()) for a, b in zip(before, model.weights, strict=True))
    training_copy.copy_weights_back()
    assert not all(np.array_equal(a, b.numpy()) for a, b in zip(before, model.weights, strict=True))


def custom_model(**first):
    """A model as users write them: an activation in a convolution, a layer used twice, a model in a model."""
    layers = keras.layers
    shared = layers.Conv2D(16, 3, padding="same", name="shared")
    inner = keras.Sequential([keras.Input((16, 16, 16)), layers.Conv2D(16, 1), layers.BatchNormalization()], name="in")
    inputs = keras.Input((16, 16, 3))
    tensor = layers.BatchNormalization()(layers.Conv2D(16, 3, padding="same", **first)(inputs))
    tensor = layers.BatchNormalization(axis=3, scale=False)(shared(tensor)) + shared(inner(tensor))
    tensor = layers.BatchNormalization(axis=1)(layers.LayerNormalization()(tensor))
    return keras.Model(inputs, layers.Dense(10, name="logits")(layers.GlobalMaxPooling2D()(tensor)))


@pytest.mark.parametrize(
    "first",
    [
        {"activation": "relu"},
        {"activation": lambda values: 2 * values},
        {"activation": keras.layers.LeakyReLU()},
        {"bias_initializer": "ones"},
        {"bias_regularizer": "l2"},
        {"trainable": False},
        {},
    ],
    ids=["relu", "function", "layer", "bias", "regularizer", "frozen", "plain"],
)
def test_what_is_not_known_to_be_equivalent_is_left_alone(first, batch):
    keras.utils.set_random_seed(0)
    model = custom_model(**first)
    training_copy = TrainingCopy(model, precision="float32")
    assert any(isinstance(layer, fused_batch_norm_class()) for layer in training_copy.network.layers)
    before = [variable.numpy() for variable in model.weights]
    outputs, _ = trained_on(training_copy.network, batch)
    training_copy.copy_weights_back()
    copied_back = [variable.numpy() for variable in model.weights]
    for variable, value in zip(model.weights, before, strict=True):
        variable.assign(value)
    expected, _ = trained_on(model, batch)
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-4)
    for variable, value in zip(model.weights, copied_back, strict=True):
        averaged = "moving" in variable.name
        # Without its bias a convolution has another mean, and nothing else.
        if not (averaged and first == {}):
            np.testing.assert_allclose(value, variable.numpy(), rtol=1e-3, atol=1e-4, err_msg=variable.path)
    np.testing.assert_allclose(training_copy.network(batch), model(batch), rtol=1e-2, atol=1e-2)

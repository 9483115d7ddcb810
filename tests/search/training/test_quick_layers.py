"""The quick forms of layers and activations against Keras's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from search.training import training_copy as module
from search.training.quick_activations import LARGE, quick_activations
from search.training.quick_layers import quick_layers
from search.training.training_copy import TrainingCopy
from tests.search.training.gradients import trained_on


@pytest.fixture(autouse=True)
def on_cpu(monkeypatch):
    """The forms of layers for CPUs also compute the same on a GPU."""
    monkeypatch.setattr(module, "has_gpu", lambda: False)


def one_layer(kind, **config):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((9, 8, 6))
    layer = kind(**config, name="layer", padding="same", activation="elu", bias_initializer="normal")
    return keras.Model(inputs, layer(inputs))


def depthwise_operations(network):
    """(dtype, depth multiplier) of each depthwise convolution in a network's graph."""
    specification = tf.TensorSpec((4, *network.input_shape[1:]))
    graph = tf.function(network).get_concrete_function(specification).graph
    operations = [operation for operation in graph.get_operations() if operation.type == "DepthwiseConv2dNative"]
    return [(operation.inputs[1].dtype.name, operation.inputs[1].shape[-1]) for operation in operations]


@pytest.mark.parametrize("multiplier", [1, 2, 3])
@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("kernel_size", [3, 5])
@pytest.mark.parametrize("kind", ["DepthwiseConv2D", "SeparableConv2D"])
def test_quick_layers_compute_what_those_of_keras_do(kind, kernel_size, strides, multiplier):
    filters = {"filters": 7} if kind == "SeparableConv2D" else {}
    options = dict(kernel_size=kernel_size, strides=strides, depth_multiplier=multiplier, **filters)
    model = one_layer(getattr(keras.layers, kind), **options, depthwise_regularizer=keras.regularizers.L2(0.1))
    copy = TrainingCopy(model, precision="float32").network
    assert isinstance(copy.get_layer("layer"), quick_layers()[kind])
    assert [(v.path, v.shape) for v in copy.weights] == [(v.path, v.shape) for v in model.weights]
    assert depthwise_operations(copy) == [("float32", 1)] * multiplier
    maps = np.random.default_rng(2).normal(size=(4, 9, 8, 6)).astype(np.float32)
    outputs, gradients = trained_on(copy, maps)
    expected, expected_gradients = trained_on(model, maps)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)
    assert len(expected_gradients) == len(model.weights)
    for path, gradient in expected_gradients.items():
        np.testing.assert_allclose(gradients[path], gradient, rtol=1e-4, atol=1e-5, err_msg=path)


@pytest.mark.parametrize(("kernel_size", "strides"), [(1, 1), (1, 2), (3, 1)])
@pytest.mark.parametrize("groups", [1, 2])
def test_a_convolution_of_single_pixels_is_a_matrix_product(kernel_size, strides, groups):
    model = one_layer(keras.layers.Conv2D, filters=4, kernel_size=kernel_size, strides=strides, groups=groups)
    copy = TrainingCopy(model, precision="float32").network
    graph = tf.function(copy).get_concrete_function(tf.TensorSpec((4, 9, 8, 6))).graph
    has_product = any(operation.type == "MatMul" for operation in graph.get_operations())
    assert has_product == (kernel_size == strides == groups == 1)
    maps = np.random.default_rng(2).normal(size=(4, 9, 8, 6)).astype(np.float32)
    outputs, gradients = trained_on(copy, maps)
    expected, expected_gradients = trained_on(model, maps)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)
    for path, gradient in expected_gradients.items():
        np.testing.assert_allclose(gradients[path], gradient, rtol=1e-4, atol=1e-5, err_msg=path)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("bfloat16", 2**-7)])
@pytest.mark.parametrize("values", [1001, LARGE + 1])
@pytest.mark.parametrize("name", quick_activations())
def test_quick_activations_and_their_gradients_are_those_of_keras(name, values, dtype, tolerance):
    upstream = tf.cast(np.random.default_rng(0).normal(size=values), dtype)
    values = tf.cast(np.linspace(-9, 9, values), dtype)
    exact, exact_upstream = tf.cast(values, tf.float32), tf.cast(upstream, tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([values, exact])
        expected, outputs = getattr(keras.activations, name)(exact), quick_activations()[name](values)
    assert outputs.dtype == dtype
    np.testing.assert_allclose(tf.cast(outputs, tf.float32), expected, rtol=tolerance, atol=1e-6)
    gradient = tf.cast(tape.gradient(outputs, values, upstream), tf.float32)
    expected_gradient = tape.gradient(expected, exact, exact_upstream)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=tolerance, atol=1e-5)


def calls(network, *, images, training):
    """Functions that a network's graph calls, by name, and whether XLA must compile them."""
    specification = tf.TensorSpec((images, *network.input_shape[1:]))
    function = tf.function(lambda maps: network(maps, training=training)).get_concrete_function(specification)
    operations = [one for one in function.graph.get_operations() if one.type == "PartitionedCall"]
    return {one.get_attr("f").name: one.get_attr("_XlaMustCompile") for one in operations}


def test_an_activation_of_large_maps_is_compiled_for_training_once_for_all_networks():
    in_training = []
    for _ in range(2):
        inputs = keras.Input((32, 32, 7))
        model = keras.Model(inputs, keras.layers.Activation("silu")(inputs))
        network = TrainingCopy(model, precision="float32").network
        in_training.append(calls(network, images=40, training=True))
        assert not calls(network, images=40, training=False)
        assert not calls(network, images=4, training=True)
        assert not calls(network, images=None, training=True)
    assert in_training[0] == in_training[1]
    assert list(in_training[0].values()) == [True]


@pytest.mark.parametrize(
    ("kernel_size", "strides", "dtype"), [(3, 1, "bfloat16"), (3, 2, "float32"), (5, 1, "float32"), (5, 2, "float32")]
)
@pytest.mark.parametrize("kind", ["DepthwiseConv2D", "SeparableConv2D"])
def test_depthwise_convolutions_are_in_bfloat16_where_that_is_quick(kind, kernel_size, strides, dtype):
    filters = {"filters": 16} if kind == "SeparableConv2D" else {}
    inputs = keras.Input((9, 8, 16))
    layer = getattr(keras.layers, kind)(kernel_size=kernel_size, strides=strides, depth_multiplier=2, **filters)
    model = keras.Model(inputs, layer(inputs))
    copy = TrainingCopy(model, precision="mixed_bfloat16").network
    assert depthwise_operations(copy) == [(dtype, 1)] * 2
    maps = np.random.default_rng(2).normal(size=(4, 9, 8, 16)).astype(np.float32)
    expected = model(maps).numpy()
    error = np.abs(tf.cast(copy(maps), tf.float32).numpy() - expected).mean() / np.abs(expected).mean()
    assert error < 0.02

"""The int8 file: the operators of the network alone, pixels as they are, and nothing that no interpreter reads."""

import keras
import numpy as np
import pytest
from keras import layers
from tensorflow.lite.python import schema_py_generated as schema

from search.devices.deployable import deployable
from search.devices.int8_file import int8_bytes, int8_images, probabilities_of
from search.devices.kernels import litert
from search.devices.tflite_schema import graphs, operators, unpacked
from spaces import blocks
from spaces.architecture import Architecture
from spaces.heads import FlattenHead, GlobalAverageHead
from spaces.model_io import with_standard_io

SHAPE = (16, 16, 3)
IMAGES = np.random.default_rng(1).integers(0, 256, (40, *SHAPE), dtype=np.uint8)
EVERY_KIND = (
    blocks.Resize(12, 12),
    blocks.StandardConv(8, activation="hard_silu"),
    blocks.MaxPool(),
    blocks.SeparableConv(8, depth_multiplier=2),
    blocks.Residual((blocks.StandardConv(8), blocks.SeparableConv(8))),
    blocks.InvertedResidual(8, expansion=2.0, squeeze_excite=1 / 4, activation="silu"),
    blocks.Xception(16, strides=2),
)
OPERATORS = {
    *("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "MUL", "MEAN", "MAX_POOL_2D", "RESIZE_BILINEAR"),
    *("LOGISTIC", "HARD_SWISH", "RELU", "RESHAPE", "SOFTMAX"),
}
"""Those that do what the blocks are made of: none that asks for a shape, and none that changes a type."""


def input_and_output(file):
    """Shape, type and quantisation of each."""
    [graph] = schema.ModelT.InitFromPackedBuf(file).subgraphs
    [image], [output] = graph.inputs, graph.outputs
    for tensor in (graph.tensors[image], graph.tensors[output]):
        [scale], [zero_point] = tensor.quantization.scale, tensor.quantization.zeroPoint
        yield tensor.shape.tolist(), tensor.type, scale, zero_point


@pytest.fixture(scope="module")
def of_every_kind():
    assert {type(block) for block in EVERY_KIND} == set(blocks.BLOCKS.values())
    return int8_bytes(Architecture(SHAPE, EVERY_KIND, FlattenHead(4)).build(), IMAGES)


def test_every_kind_of_block_leaves_the_operators_of_the_network_alone(of_every_kind):
    assert set(operators(of_every_kind)) == OPERATORS


def scaled_by(*parts):
    """A network that begins with these layers, as a user's hypermodel may."""
    keras.utils.set_random_seed(0)
    tensor = image = keras.Input(SHAPE)
    for part in (*parts, layers.Conv2D(4, 3, padding="same", activation="relu"), layers.GlobalAveragePooling2D()):
        tensor = part(tensor)
    return with_standard_io(keras.Model(image, layers.Dense(4)(tensor)), input_shape=SHAPE, classes=4)


def backbone():
    same = layers.Conv2D(4, 3, padding="same")
    return keras.Sequential([keras.Input(SHAPE), layers.Rescaling(1 / 127.5, offset=-1), layers.Dropout(0.5), same])


@pytest.mark.parametrize(
    ("parts", "scale", "zero_point"),
    [
        ([], 1 / 64, -0.5),
        ([layers.RandomFlip(), layers.Rescaling(1 / 255)], 1 / 255, -128),
        ([backbone()], 1 / 127.5, -0.5),
        ([layers.Normalization(mean=100.0, variance=400.0, axis=None)], 1 / 20, -28),
    ],
)
def test_one_step_of_the_input_is_one_step_of_the_pixel_and_no_operator_scales(parts, scale, zero_point):
    network = scaled_by(*parts)
    file = int8_bytes(network, IMAGES)
    assert operators(file) == ("CONV_2D", "MEAN", "FULLY_CONNECTED", "SOFTMAX")
    (shape, kind, input_scale, input_zero_point), output = input_and_output(file)
    assert (shape, kind, input_scale) == ([1, *SHAPE], schema.TensorType.INT8, pytest.approx(scale))
    assert abs(input_zero_point - zero_point) <= 0.5
    assert output == ([1, 4], schema.TensorType.INT8, 1 / 256, -128)
    probabilities = probabilities_of(litert(file)(int8_images(IMAGES)))
    np.testing.assert_allclose(probabilities, deployable(network, training=False)(IMAGES), atol=0.01)


def test_a_scaling_that_differs_between_channels_stays_and_is_right():
    network = scaled_by(layers.Normalization(mean=[100.0, 120.0, 140.0], variance=[400.0, 900.0, 1600.0]))
    file = int8_bytes(network, IMAGES)
    assert {"SUB", "MUL"} & set(operators(file))
    probabilities = probabilities_of(litert(file)(int8_images(IMAGES)))
    np.testing.assert_allclose(probabilities, deployable(network, training=False)(IMAGES), atol=0.02)


def test_a_pixel_is_its_value_less_128():
    pixels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(int8_images(pixels), np.arange(-128, 128))
    np.testing.assert_array_equal(probabilities_of(int8_images(pixels)), np.arange(256) / 256)


def test_the_file_holds_little_beside_the_weights_and_they_are_aligned(of_every_kind):
    model = schema.ModelT.InitFromPackedBuf(of_every_kind)
    assert not model.metadata and not any(tensor.name for tensor in model.subgraphs[0].tensors)
    view = schema.Model.GetRootAs(of_every_kind)
    start = np.frombuffer(of_every_kind, np.uint8).__array_interface__["data"][0]
    arrays = [view.Buffers(index).DataAsNumpy() for index in range(view.BuffersLength())]
    arrays = [array for array in arrays if isinstance(array, np.ndarray)]
    assert arrays and not [array for array in arrays if (array.__array_interface__["data"][0] - start) % 16]


def test_feature_maps_have_the_ranges_that_images_give_them():
    grey = np.random.default_rng(0).integers(100, 156, (40, *SHAPE), dtype=np.uint8)  # all pixels near the middle
    network = Architecture(SHAPE, (blocks.StandardConv(8), blocks.StandardConv(8)), GlobalAverageHead(4)).build()
    means = keras.Model(network.inputs, network.get_layer("global_average").output)
    width = np.ptp(means.predict((grey - 127.5) / 64, verbose=0))
    [(graph, named)] = graphs(unpacked(int8_bytes(network, grey)))
    [mean] = [operator for name, operator in named if name == "MEAN"]
    assert 255 * graph.tensors[mean.outputs[0]].quantization.scale[0] == pytest.approx(width, rel=0.3)

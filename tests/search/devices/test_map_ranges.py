"""Int8 files of networks in which some units are always 0."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from search.devices.int8_file import int8_bytes, int8_images, probabilities_of
from search.devices.kernels import litert
from search.devices.tflite_schema import graphs, unpacked
from spaces import blocks
from spaces.architecture import Architecture
from spaces.heads import GlobalAverageHead

SHAPE = (16, 16, 3)
IMAGES = np.random.default_rng(1).integers(0, 256, (40, *SHAPE), dtype=np.uint8)


def never_active(*names):
    """Kernels and an offset by which sums of inputs that are 0 or more are never above -4."""

    def change(network):
        for name in names:
            kernel, bias = network.get_layer(name).weights
            kernel.assign(-4 * np.abs(kernel))
            bias.assign(bias - 4)

    return change


def without_weights(*names):
    def change(network):
        for name in names:
            for weight in network.get_layer(name).weights:
                weight.assign(0 * weight)

    return change


def of_layers(*parts):
    """A user's network: these layers, a branch around them, and a head."""
    tensor = image = keras.Input(SHAPE)
    start = tensor = layers.Conv2D(8, 3, padding="same", activation="relu")(tensor)
    for part in parts:
        tensor = part(tensor)
    logits = [layers.Dense(4)(layers.GlobalAveragePooling2D()(maps)) for maps in (start, tensor)]
    return keras.Model(image, layers.Softmax()(layers.Add()(logits)))


def convolution(activation):
    return layers.Conv2D(8, 1, activation=activation, name="dead")


NETWORKS = {
    "convolution": (lambda: of_layers(convolution("relu")), never_active("dead")),
    "hard swish": (lambda: of_layers(convolution("hard_silu")), never_active("dead")),
    "leaky": (lambda: of_layers(convolution(keras.layers.LeakyReLU(0.001))), never_active("dead")),
    "two in turn": (
        lambda: of_layers(convolution("relu"), layers.Conv2D(8, 3, padding="same", activation="relu")),
        never_active("dead"),
    ),
    "pooled": (lambda: of_layers(convolution("relu"), layers.AveragePooling2D(1)), never_active("dead")),
    "resized": (lambda: of_layers(convolution("relu"), layers.UpSampling2D(1)), never_active("dead")),
    "squeeze": (
        lambda: Architecture(
            SHAPE, (blocks.InvertedResidual(8, expansion=2.0, squeeze_excite=1 / 4),), GlobalAverageHead(4)
        ).build(),
        never_active("block1_excite_squeeze"),
    ),
    "no weights": (lambda: of_layers(convolution("relu")), without_weights("dead")),
    "depthwise without weights": (
        lambda: of_layers(layers.DepthwiseConv2D(3, padding="same", name="dead")),
        without_weights("dead"),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.filterwarnings("ignore")
def test_it_runs_and_agrees_with_keras(name):
    keras.utils.set_random_seed(0)
    make, change = NETWORKS[name]
    network = make()
    change(network)
    expected = network.predict((IMAGES - 127.5) / 64, verbose=0)
    file = int8_bytes(network, IMAGES)
    for reference in (True, False):
        found = probabilities_of(litert(file, reference=reference, threads=1)(int8_images(IMAGES)))
        np.testing.assert_allclose(found, expected, atol=0.02)


def scales(file):
    [(graph, named)] = graphs(unpacked(file))
    return [graph.tensors[index].quantization.scale[0] for _, operator in named for index in operator.outputs]


def test_maps_of_a_network_that_is_alive_keep_the_ranges_that_tensorflow_gives_them():
    block = blocks.InvertedResidual(8, expansion=2.0, squeeze_excite=1 / 4, activation="hard_silu")
    network = Architecture(SHAPE, (blocks.StandardConv(8), block, blocks.MaxPool()), GlobalAverageHead(4)).build()
    pixels = IMAGES.astype(np.float32)
    pixels[0, 0, 0], pixels[0, -1, -1] = 0, 255
    image = keras.Input(batch_shape=(1, *SHAPE))
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(image, network(image, training=False)))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([(sample[None] - 127.5) / 64] for sample in pixels)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    np.testing.assert_allclose(scales(int8_bytes(network, IMAGES)), scales(converter.convert()), rtol=1e-5)

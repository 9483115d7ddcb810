"""A network as a `.tflite` file in 8-bit integers throughout, as the interpreter of a microcontroller takes it.

The file takes one image as int8, pixel - 128, and gives int8 probabilities in steps of 1/256, from -128 on. The scaling
of the pixels is part of the input's quantisation: no operator does it.
"""

from typing import Any

import numpy as np

from search.devices.calibration import with_extremes
from search.devices.map_ranges import widened
from search.devices.tflite_schema import packed, unpacked
from spaces.keras_graph import flattened, sole_reader
from spaces.model_io import PIXEL_MEAN, PIXEL_SCALE

QUANTISED_STEPS = 256
"""A quantised probability is a whole number of steps of 1/256."""


def int8_bytes(network, calibration: np.ndarray) -> bytes:
    """Quantise a trained network; returns the content of the file.

    Args:
        network: The trained Keras model, without preprocessing.
        calibration: uint8 training images of shape (n, height, width, channels), from which the ranges of all feature
            maps are estimated.
    References:
        Jacob et al. (2018), Quantization and training of neural networks, arXiv:1712.05877.
    """
    import tensorflow as tf
    from tensorflow.lite.python.convert import mlir_quantize

    file = widened(_calibrated(network, calibration))
    return _stripped(mlir_quantize(file, input_data_type=tf.int8, output_data_type=tf.int8))


def int8_images(images: np.ndarray) -> np.ndarray:
    """uint8 images as a file takes them: int8, pixel - 128."""
    return (images - np.uint8(128)).view(np.int8)


def probabilities_of(outputs: np.ndarray) -> np.ndarray:
    """Float32 probabilities of a file's int8 outputs."""
    return (outputs + np.float32(128)) / np.float32(QUANTISED_STEPS)


def _calibrated(network, calibration: np.ndarray) -> bytes:
    """The float32 file with the range of each feature map, before it is quantised."""
    import keras
    import tensorflow as tf

    shape = network.input_shape[1:]
    model, scale, offset = _without_scaling(network)
    samples = np.float32(scale) * with_extremes(calibration) + np.float32(offset)
    image = keras.Input(batch_shape=(1, *shape), name="image")
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(image, model(image, training=False)))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([sample[None]] for sample in samples)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter._experimental_calibrate_only = True
    return converter.convert()


def _without_scaling(network) -> tuple[Any, float, float]:
    """The network without the layers at its start that scale all pixels alike, as a user's model may.

    Returns:
        The rest of the network, and the scale and the offset by which pixels from 0 to 255 become its input.
    """
    import keras

    pixels = _pixels(network.input_shape[1:])
    scaled = (pixels - PIXEL_MEAN) * PIXEL_SCALE
    rest, (scale, offset) = network, (PIXEL_SCALE, -PIXEL_MEAN * PIXEL_SCALE)
    flat = flattened(network)
    images = tensor = flat.inputs[0]
    while (tensor := sole_reader(flat, tensor)) is not None and tensor.shape == images.shape:
        line = _line(pixels, np.asarray(keras.Model(images, tensor)(scaled, training=False)))
        if line is None:
            break
        rest, (scale, offset) = keras.Model(tensor, flat.outputs[0]), line
    return rest, scale, offset


def _pixels(shape: tuple[int, ...]) -> np.ndarray:
    """A black image, a white one and noise."""
    pixels = np.random.default_rng(0).integers(0, 256, (8, *shape)).astype(np.float32)
    pixels[0], pixels[1] = 0, 255
    return pixels


def _line(pixels: np.ndarray, values: np.ndarray) -> tuple[float, float] | None:
    """Scale and offset if all values follow from the pixels by one rising line; else None."""
    offset = float(values[0].mean())
    scale = (float(values[1].mean()) - offset) / 255
    fits = np.allclose(values, scale * pixels + offset, rtol=0, atol=255 * abs(scale) * 1e-4)
    return (scale, offset) if fits and scale > 0 else None


def _stripped(file: bytes) -> bytes:
    """The same file without what no interpreter reads: names of feature maps, the converter's notes, repetitions."""
    model = unpacked(file)
    model.description = model.metadata = model.metadataBuffer = None
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            tensor.name = None
    return packed(model)

"""Simulated quantisation against the converter: ranges, weights and predictions of the int8 file itself."""

import keras
import numpy as np
import pytest

from search.devices.formats import litert
from search.devices.int8_file import graphs, int8_bytes, int8_images, probabilities_of
from search.training.calibration import calibration_images
from search.training.compiled_steps import scale_pixels
from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.training.simulated_int8 import SimulatedInt8
from search.training.trainer import Training
from spaces.reference import REFERENCES

NAMES = ("HybridCNN-XS", "MobileNetV3", "ResNet-8")


@pytest.fixture(scope="module")
def digits():
    return load("digits")


@pytest.fixture(scope="module", params=NAMES)
def simulated(request, digits):
    """A trained network, its simulation, and the int8 file that the converter makes of it."""
    training = Training(REFERENCES[request.param](), digits, recipe=ONE_CYCLE, seed=0)
    list(training.train_to(3))
    calibration = calibration_images(digits.train_images)
    return training.model, SimulatedInt8(training.model, calibration), int8_bytes(training.model, calibration)


def test_it_predicts_what_the_file_predicts(simulated, digits):
    model, simulation, file = simulated
    images = digits.validation_images
    by_file = probabilities_of(litert(file)(int8_images(images)))
    by_simulation = np.asarray(keras.ops.softmax(simulation.infer(scale_pixels(images))))
    by_float = model.predict(scale_pixels(images), verbose=0)
    assert np.mean(by_simulation.argmax(axis=-1) == by_file.argmax(axis=-1)) >= 0.99
    assert np.abs(by_simulation - by_file).mean() < 0.9 * np.abs(by_float - by_file).mean()


def test_feature_maps_have_the_ranges_of_the_file(simulated):
    _, simulation, file = simulated
    [(graph, operators)] = graphs(file)
    numbers = [*graph.inputs, *(operator.outputs[0] for _, operator in operators)]
    of_file = [255 * graph.tensors[number].quantization.scale[0] for number in numbers]
    for rounding, _ in simulation._ranges:
        width = np.ptp(rounding.range.numpy())
        assert np.abs(np.array(of_file) / width - 1).min() < 0.01


def test_weights_are_those_of_the_file(simulated):
    _, simulation, file = simulated
    [(graph, operators)] = graphs(file)
    model = simulation.model
    kernels = {
        np.round(np.abs(layer.kernel.numpy()).max() / 127, 6) for layer in model.layers if hasattr(layer, "kernel")
    }
    largest = {
        np.round(max(graph.tensors[operator.inputs[1]].quantization.scale), 6)
        for name, operator in operators
        if name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
    }
    assert kernels == largest

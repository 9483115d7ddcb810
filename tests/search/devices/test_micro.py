"""TensorFlow Lite Micro, the real interpreter: the arena by hand, the outputs as by LiteRT's reference kernels."""

import os

import keras
import numpy as np
import pytest
from keras import layers

from search.devices import micro
from search.devices.int8_file import int8_bytes, int8_images
from search.devices.kernels import MICRO, OPTIMISED, REFERENCE, litert, outputs_by_kernels
from search.devices.tflite_schema import operators

pytest.importorskip("tflite_micro", reason="the extra microcontroller is not installed")

SHAPE = (8, 8, 3)
IMAGES = np.random.default_rng(0).integers(0, 256, (60, *SHAPE), dtype=np.uint8)


def file_of(*parts, classes=4):
    keras.utils.set_random_seed(0)
    tensor = image = keras.Input(SHAPE)
    for part in (*parts, layers.Flatten(), layers.Dense(classes), layers.Softmax()):
        tensor = part(tensor)
    return int8_bytes(keras.Model(image, tensor), IMAGES)


@pytest.fixture(scope="module")
def file():
    return file_of(layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"))


def test_the_arena_for_tensors_is_the_most_that_is_held_at_a_time(file):
    arena = micro.arena(file)
    held = {"convolution": 8 * 8 * 3 + 4 * 4 * 8, "dense": 4 * 4 * 8 + 16}  # each rounded up to 16 bytes
    assert arena.tensors == max(held.values())
    assert 0 < arena.persistent < 10_000 and arena.total == arena.tensors + arena.persistent


def test_operators_are_named_once_in_the_order_of_use(file):
    assert operators(file) == ("CONV_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX")


def differ_by_rounding_alone(outputs, others):
    """Whether a few values differ, by a step: the two implementations do not round alike everywhere."""
    difference = np.abs(outputs.astype(int) - others)
    return difference.max() <= 1 and np.mean(difference > 0) < 0.02


def test_outputs_are_those_of_the_reference_kernels(file):
    images = int8_images(IMAGES)
    outputs = micro.outputs(file, images)
    assert outputs.dtype == np.int8 and outputs.shape == (len(IMAGES), 4) and len(np.unique(outputs, axis=0)) > 10
    assert differ_by_rounding_alone(outputs, litert(file, reference=True)(images))


def test_a_large_arena_for_few_weights_is_offered():
    wide = file_of(layers.ZeroPadding2D(124), layers.Conv2D(8, 1), layers.MaxPooling2D(256))
    assert micro.arena(wide).tensors >= 256 * 256 * (3 + 8)


def test_a_file_that_it_cannot_run_is_refused_with_the_reason():
    with pytest.raises(micro.MicroError, match="TOPK_V2"):
        micro.arena(file_of(lambda tensor: keras.ops.sort(tensor, axis=1)))
    with pytest.raises(micro.MicroError):
        micro.outputs(b"no model" * 100, int8_images(IMAGES))


def test_native_code_may_end_its_process():
    with pytest.raises(micro.MicroError, match="ended its process"):
        micro.in_own_process(os._exit, 1)


def test_kernels_that_can_run_a_file_are_compared_and_the_others_named(file):
    outputs, problems = outputs_by_kernels(file, int8_images(IMAGES))
    assert list(outputs) == [OPTIMISED, REFERENCE, MICRO] and not problems
    assert differ_by_rounding_alone(outputs[MICRO], outputs[REFERENCE])
    assert np.abs(outputs[OPTIMISED].astype(int) - outputs[MICRO]).max() <= 4
    outputs, problems = outputs_by_kernels(
        file_of(lambda tensor: keras.ops.sort(tensor, axis=1)), int8_images(IMAGES[:2])
    )
    assert list(outputs) == [OPTIMISED, REFERENCE] and "TOPK_V2" in problems[MICRO]

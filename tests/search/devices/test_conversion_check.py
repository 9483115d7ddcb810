"""Formats are tried before a training: what can't be written is known with its reason, and a crash is one of them."""

import os
from dataclasses import dataclass

import keras
from keras import layers

from search.devices.conversion_check import CRASHED, unwritable_formats
from spaces.model_io import with_standard_io

SHAPE = (8, 8, 3)


@dataclass(frozen=True)
class Odd:
    """A network as a hypermodel may build it, with a part that some format can't hold."""

    part: str
    input_shape: tuple = SHAPE

    def build(self):
        inputs = keras.Input(SHAPE)
        tensor = layers.Flatten()(PARTS[self.part](layers.Conv2D(4, 3)(inputs)))
        return with_standard_io(keras.Model(inputs, layers.Dense(4)(tensor)), input_shape=SHAPE, classes=4)


PARTS = {
    "gelu": layers.Activation("gelu"),
    "error function": keras.ops.erf,
    "custom": lambda tensor: layers.Lambda(lambda values: 2 * values)(tensor),
    "crash": lambda tensor: os._exit(1),
}


def test_each_format_that_fails_is_named_with_its_reason():
    networks = [Odd("gelu"), Odd("error function"), Odd("custom")]
    assert unwritable_formats(networks, ["keras", "litert-int8", "onnx"]) == [
        {},
        {"litert-int8": "ConverterError: 'tf.Erf' op is neither a custom op nor a flex op"},
        {"keras": "asks for keras.layers.Lambda, which is not a safe part of Keras's own"},
    ]


def test_a_converter_that_ends_its_process_ends_nothing_else():
    assert unwritable_formats([Odd("crash"), Odd("gelu")], ["onnx"]) == [{"onnx": CRASHED}, {}]

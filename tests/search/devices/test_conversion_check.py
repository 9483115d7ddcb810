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
    formats = ["keras", "litert-int8", "onnx"]
    names = ["gelu", "error function", "crash", "custom"]
    problems = dict(zip(names, unwritable_formats([Odd(name) for name in names], formats), strict=True))
    assert problems["gelu"] == {}
    assert problems["error function"] == {
        "litert-int8": "ConverterError: 'tf.Erf' op is neither a custom op nor a flex op"
    }
    assert problems["crash"] == dict.fromkeys(formats, CRASHED)
    assert problems["custom"] == {"keras": "asks for keras.layers.Lambda, which is not a safe part of Keras's own"}

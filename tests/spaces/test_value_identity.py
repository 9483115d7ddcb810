"""What a Python value is, as plain data: what tells two values apart, and when a description may not be whole."""

import json
import math
import os

import numpy as np
import pytest
import tensorflow as tf

from spaces.value_identity import Describer, config_of

SIZES = (2, 3)
NAMES = {"one": 1}


class Own:
    pass


def described(value):
    describer = Describer()
    return json.dumps(describer.describe(value)), describer.is_complete


def power(exponent):
    return lambda value: value**exponent


def recursive(value):
    return value if value < 1 else recursive(value - 1)


WHOLE = [
    [None, True, 1, 1.0, "1", b"1", 1j, ..., (1,), {1}, slice(1), slice(1, None), slice(None, None, 1), {"a": 1}],
    [0.0, -0.0, math.inf, math.nan, 1e-300],
    [np.zeros(2), np.zeros(3), np.zeros((2, 1)), np.zeros(2, "float32"), np.ones(2), np.float64(0), np.array([None])],
    [tf.constant(1.0), tf.constant(2.0), tf.float32, tf.float16, np.dtype("int8"), np.float32, np.tanh, np.cosh],
    [power(2), power(3), lambda value: value + SIZES, lambda value: value + 1, lambda value: 1 + value, recursive],
    [len, max, math.sin, int, tf.nn.relu, np, math],
]


@pytest.mark.parametrize("values", WHOLE)
def test_values_are_told_apart(values):
    descriptions = [described(value) for value in values]
    assert all(is_complete for _, is_complete in descriptions)
    assert len({text for text, _ in descriptions}) == len(values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"x", "y", "z"}, {"z", "y", "x"}),
        ([1, 2], (1, 2)),
        (power(2), power(2)),
        (np.arange(6).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3))),
    ],
)
def test_equal_values_have_one_description(one, other):
    assert described(one) == described(other)


@pytest.mark.parametrize(
    "value",
    [
        Own(),
        Own,
        tf.Variable(1.0),
        tf.function(power(2)),
        lambda: os.environ,
        lambda: NAMES["one"],
        lambda: Own.__name__,
        [power(Own())],
        {"module": "somewhere", "class_name": "Layer", "config": {}},
    ],
)
def test_what_may_hold_more_than_its_description_says_so(value):
    text, is_complete = described(value)
    assert not is_complete and " at 0x" not in text


def test_a_configuration_that_fails_is_none():
    class Failing:
        def get_config(self):
            raise ZeroDivisionError

    assert config_of(Failing()) is config_of(Own()) is None

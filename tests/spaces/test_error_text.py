"""The line of an exception that says what was wrong, of exceptions that Keras, TensorFlow and Python really raise."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from spaces.error_text import LONGEST, reason


class Broken(keras.layers.Layer):
    """A user's layer that raises what it is given."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def call(self, inputs):
        raise self.error


@tf.function
def in_a_graph(values):
    for _ in tf.range(3):
        values = values + nowhere  # noqa: F821
    return values


@tf.function
def reshaped(values, shape):
    return tf.reshape(values, shape)


def raised(call):
    with pytest.raises(BaseException) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            lambda: keras.layers.MaxPooling2D(4)(keras.Input((2, 2, 3))),
            "ValueError: Computed output size would be zero",
        ),
        (lambda: Broken(ValueError("too many\nwindows"))(np.zeros((1, 2))), "ValueError: too many"),
        (lambda: Broken(ValueError("too many"))(keras.Input((2,))), "ValueError: too many"),
        (lambda: Broken(ValueError("no room\nfor it. A\nNew one"))(np.zeros((1, 2))), "ValueError: no room for it. A"),
        (lambda: Broken(KeyError("x"))(np.zeros((1, 2))), "KeyError: x"),
        (
            lambda: Broken(AssertionError())(np.zeros((1, 2))),
            "AssertionError: Exception encountered when calling Broken",
        ),
        (lambda: tf.ones((2, 5)) + tf.ones((4, 7)), "InvalidArgumentError: Incompatible shapes: [2,5] vs. [4,7]"),
        (lambda: in_a_graph(tf.zeros(3)), "NameError: name 'nowhere' is not defined"),
        (
            lambda: reshaped(tf.zeros((3, 4)), tf.constant([5, 5])),
            "InvalidArgumentError: Input to reshape is a tensor with 12 values",
        ),
        (lambda: compile("a b", "my_nets.py", "exec"), "SyntaxError: invalid syntax (my_nets.py, line 1)"),
        (lambda: {}["a key"], "KeyError: 'a key'"),
        (lambda: int("\x1b[2J\x07"), "ValueError: invalid literal for int() with base 10: '\\x1b[2J\\x07'"),
        (lambda: Broken(ValueError("a\x1b]0;b\x07c"))(np.zeros((1, 2))), "ValueError: a ]0;b c"),
        (lambda: int(""), "ValueError: invalid literal for int() with base 10: ''"),
    ],
)
def test_the_line_that_says_what_was_wrong_is_kept(call, expected):
    text = reason(raised(call))
    assert text.startswith(expected)
    assert "\n" not in text and "\x1b" not in text
    assert "Arguments received" not in text and "{{" not in text


def test_of_the_compiler_behind_litert_the_place_in_the_graph_is_left_out():
    message = (
        'Could not translate MLIR to FlatBuffer.<unknown>:0: error: loc(callsite(fused["Erf:", "a/Erf@b"] at '
        "fused[\"c\"])): 'tf.Erf' op is neither a custom op nor a flex op\n<unknown>:0: note: called from\n"
    )
    assert reason(RuntimeError(message)) == "RuntimeError: 'tf.Erf' op is neither a custom op nor a flex op"


def test_an_exception_without_a_message_is_its_kind_and_a_long_one_is_cut_at_its_end():
    assert reason(TimeoutError()) == "TimeoutError"
    text = reason(ValueError("begins here " + "x" * 2 * LONGEST))
    assert len(text) == LONGEST and text.startswith("ValueError: begins here")

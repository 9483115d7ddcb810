"""Runs what Keras and users have compiled with `tf.function` as plain Python, where its graph is to be looked at."""

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def functions_run_eagerly() -> Iterator[None]:
    """Inside, each `tf.function` is part of the graph that calls it, like any other code."""
    import tensorflow as tf

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)

"""Functions that XLA compiles: one loop where TensorFlow's operations would each read and write all feature maps.

Reductions, convolutions and matrix products take longer in XLA on a CPU, so only functions without them gain.
"""

import functools
from collections.abc import Callable

from search.training.environment import has_gpu


def compiled(function: Callable) -> Callable:
    """A function of tensors, compiled once for each shape in a process where this TensorFlow can compile for the CPU.

    That takes about a tenth of a second. To share what is compiled, networks must call one result of this function.
    """
    import tensorflow as tf

    return tf.function(function, jit_compile=(not has_gpu() and _has_xla()) or None, autograph=False)


@functools.cache
def _has_xla() -> bool:
    """Whether this TensorFlow has XLA. That of some systems is built without it."""
    import tensorflow as tf

    try:
        tf.function(tf.identity, jit_compile=True)(tf.zeros(1))
    except (tf.errors.OpError, ValueError):
        return False
    return True

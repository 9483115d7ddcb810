"""Functions that XLA compiles: one loop where TensorFlow's operations would each read and write all feature maps.

Reductions, convolutions and matrix products take longer in XLA on a CPU, so only functions without them gain.
"""

import functools
from collections.abc import Callable


def compiled(function: Callable) -> Callable:
    """A function of tensors, for the CPU. Where that is possible, it is compiled at its first call with each shape.

    That takes about a tenth of a second. To share what is compiled, networks must call one result of this function.
    """
    import tensorflow as tf

    @functools.cache
    def traced():
        return tf.function(function, jit_compile=_has_xla() or None, autograph=False)

    return lambda *tensors: traced()(*tensors)


@functools.cache
def _has_xla() -> bool:
    """Whether this TensorFlow has XLA. That of some systems is built without it. To try takes 24 MB."""
    import tensorflow as tf

    try:
        with tf.init_scope():  # what is traced now is not run now
            tf.function(tf.identity, jit_compile=True)(tf.zeros(1))
    except (tf.errors.OpError, ValueError):
        return False
    return True

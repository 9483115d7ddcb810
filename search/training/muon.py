"""Muon: an optimizer with momentum whose steps are orthogonal matrices."""

import functools

import numpy as np

from search.training.kernels import is_matrix

POLYNOMIALS = (
    (8.0934, -23.6204, 17.4462),
    (3.6366, -2.7219, 0.5365),
    (2.6613, -1.9772, 0.4526),
)
"""a, b, c of polynomials a x + b x^3 + c x^5. Applied one after the other, they map all of 0.01 to 1 to 0.73 to 1.27.

Of all compositions of three such polynomials these come nearest to 1 everywhere between 0.01 and 1 (Amsel et al. 2025,
Polar Express, arXiv:2505.16932). One polynomial for all iterations needs five to come as near.
"""


@functools.cache
def muon_class() -> type:
    """The class `Muon`. This is a function because the class can only be defined once Keras is imported."""
    import keras
    import tensorflow as tf

    class Muon(keras.optimizers.SGD):
        """Muon for the kernels of hidden layers, SGD with Nesterov momentum for all other variables.

        The step of such a kernel is the orthogonal matrix nearest to its momentum, times a rate. So all directions get
        steps of one size, and directions to which gradients seldom point are learnt as fast as the others.

        Args:
            learning_rate: Learning rate of SGD. A schedule that changes it changes `matrix_rate` by the same factor.
            matrix_rate: Size of an orthogonal step while the learning rate is `learning_rate`.
            last: Name of the last layer; its kernel is left to SGD.
            momentum: Above 0.
            **options: As SGD takes them.
        References:
            Jordan et al. (2024), Muon, https://kellerjordan.github.io/posts/muon. Bernstein, Newhouse (2024),
            arXiv:2409.20325: steepest descent under the spectral norm.
        """

        def __init__(self, learning_rate: float, *, matrix_rate: float, last: str, momentum: float, **options) -> None:
            if not momentum > 0:
                raise ValueError(f"Muon needs a momentum above 0; got {momentum}. Use SGD without momentum.")
            super().__init__(learning_rate, momentum=momentum, nesterov=True, **options)
            self._matrix_rate, self._last = matrix_rate / learning_rate, last

        def update_step(self, gradient, variable, learning_rate):
            """Update one variable."""
            momentum = self.momentums[self._get_variable_index(variable)]
            if not self._is_hidden_matrix(variable):
                # The same as SGD's own step, in one operation. It computes ten of them, for each BatchNorm's vectors.
                tf.raw_ops.ResourceApplyKerasMomentum(
                    var=variable.value.handle,
                    accum=momentum.value.handle,
                    lr=tf.cast(learning_rate, tf.float32),
                    grad=tf.convert_to_tensor(gradient),
                    momentum=self.momentum,
                    use_nesterov=True,
                )
                return
            momentum.assign(self.momentum * momentum + gradient)
            ahead = tf.reshape(gradient + self.momentum * momentum, [-1, variable.shape[-1]])
            rows, columns = ahead.shape
            size = self._matrix_rate * max(1, columns / rows) ** 0.5
            variable.assign_sub(
                tf.reshape(_traced_orthogonal(rows, columns)(ahead), variable.shape)
                * tf.cast(learning_rate, tf.float32)
                * size
            )

        def _is_hidden_matrix(self, variable) -> bool:
            return is_matrix(variable) and self._last not in variable.path.split("/")[:-1]

    return Muon


@functools.lru_cache(maxsize=512)
def _traced_orthogonal(rows: int, columns: int):
    """`orthogonal` as a TensorFlow function. Networks share them, since to trace one takes 20 ms."""
    import tensorflow as tf

    with tf.init_scope():
        function = tf.function(orthogonal, autograph=False)
        return function.get_concrete_function(tf.TensorSpec((rows, columns), tf.float32))


def orthogonal(matrix):
    """Nearly the nearest matrix with orthonormal rows or columns: most of its singular values become 0.7 to 1.3.

    The Newton-Schulz iteration. Each step multiplies the matrix by a polynomial of its Gram matrix. Here the small
    polynomials are multiplied first and applied to the matrix once: for a tall kernel several times as fast.

    Those under a hundredth of the bound on the singular values become smaller than 0.7.

    Args:
        matrix: Float32 tensor of shape (rows, columns).
    Returns:
        Float32 tensor of the same shape.
    """
    import tensorflow as tf

    if matrix.shape[0] > matrix.shape[1]:
        return tf.transpose(orthogonal(tf.transpose(matrix)))
    gram = tf.matmul(matrix, matrix, transpose_b=True)
    # Its norm is the square of a bound on the singular values. That of the matrix itself is up to four times as wide.
    scale = tf.norm(gram) + 1e-14
    gram = gram / scale
    product = None
    for number, (a, b, c) in enumerate(POLYNOMIALS, 1):
        factor = a * np.eye(matrix.shape[0], dtype=np.float32) + b * gram + c * (gram @ gram)
        product = factor if product is None else factor @ product
        if number < len(POLYNOMIALS):
            gram = factor @ gram @ factor
    return product @ (matrix * tf.math.rsqrt(scale))

"""Muon: momentum whose steps are orthogonal matrices."""

import functools

from search.training.kernels import is_matrix

ITERATIONS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of Jordan's polynomial a x + b x^3 + c x^5: five times over it brings singular values from 0.01 to 1 to about 1."""


@functools.cache
def muon_class() -> type:
    """The class `Muon`; a function, since it cannot be defined before Keras is imported."""
    import keras
    import tensorflow as tf

    class Muon(keras.optimizers.SGD):
        """Muon for the kernels of hidden layers; SGD with Nesterov momentum for all else.

        Of each such kernel's momentum only the directions count, and all count alike: the step is the nearest
        orthogonal matrix, times a rate. So directions that gradients seldom point to are learnt as fast as the others.

        Args:
            learning_rate: Of SGD; what it is multiplied by later, `matrix_rate` is too.
            matrix_rate: Size of an orthogonal step, while the learning rate is `learning_rate`.
            last: Name of the last layer, whose kernel is left to SGD.
            momentum: Above 0.
            **options: As SGD takes them.
        References:
            Jordan et al. (2024), Muon, https://kellerjordan.github.io/posts/muon. Bernstein, Newhouse (2024),
            arXiv:2409.20325: steepest descent under the spectral norm.
        """

        def __init__(self, learning_rate: float, *, matrix_rate: float, last: str, momentum: float, **options) -> None:
            if not momentum > 0:
                raise ValueError(f"Muon needs a momentum above 0; got {momentum}. Take SGD for none.")
            super().__init__(learning_rate, momentum=momentum, nesterov=True, **options)
            self._matrix_rate, self._last = matrix_rate / learning_rate, last

        def update_step(self, gradient, variable, learning_rate):
            """Update one variable."""
            if not self._is_hidden_matrix(variable):
                super().update_step(gradient, variable, learning_rate)
                return
            momentum = self.momentums[self._get_variable_index(variable)]
            momentum.assign(self.momentum * momentum + gradient)
            ahead = tf.reshape(gradient + self.momentum * momentum, [-1, variable.shape[-1]])
            rows, columns = ahead.shape
            size = self._matrix_rate * max(1, columns / rows) ** 0.5
            variable.assign_sub(
                tf.reshape(orthogonal(ahead), variable.shape) * tf.cast(learning_rate, tf.float32) * size
            )

        def _is_hidden_matrix(self, variable) -> bool:
            return is_matrix(variable) and self._last not in variable.path.split("/")[:-1]

    return Muon


def orthogonal(matrix):
    """About the nearest matrix with orthonormal rows or columns: its singular values become 0.7 to 1.2.

    Newton and Schulz's iteration, on the smaller Gram matrix: every step is a polynomial of it times the matrix, so
    that the polynomials are multiplied first. For a tall kernel that is several times as fast.

    Args:
        matrix: Float32 tensor of shape (rows, columns).
    Returns:
        Likewise.
    """
    import tensorflow as tf

    if matrix.shape[0] > matrix.shape[1]:
        return tf.transpose(orthogonal(tf.transpose(matrix)))
    a, b, c = COEFFICIENTS
    matrix = matrix / (tf.norm(matrix) + 1e-7)
    gram = tf.matmul(matrix, matrix, transpose_b=True)
    identity = product = tf.eye(matrix.shape[0])
    for _ in range(ITERATIONS):
        factor = a * identity + b * gram + c * (gram @ gram)
        product = factor @ product
        gram = factor @ gram @ factor
    return product @ matrix

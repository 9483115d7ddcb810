"""Knowledge distillation: a network learns from the outputs of a trained teacher beside the labels."""

from dataclasses import dataclass

from search.training.training_copy import copy_to_logits


@dataclass(frozen=True)
class Distillation:
    """How a network learns from a teacher.

    Attributes:
        file: The teacher, a `.keras` file.
        digest: A hash of what the teacher computes.
        temperature: The logits of both are divided by it before the softmax. A high one shows the student how the
            teacher ranks the wrong classes. With 4, and a weight of 0.9, a small network learnt less than alone.
        weight: Share of the teacher in the loss, 0 to 1. The labels have the rest.

    References:
        Hinton, Vinyals, Dean (2015), Distilling the knowledge in a neural network, arXiv:1503.02531.
    """

    file: str
    digest: str
    temperature: float = 2.0
    weight: float = 0.5


class Teacher:
    """A trained network that another one learns from.

    It sees each image as the student sees it. Logits that were computed once for each image taught nothing.

    Args:
        model: A Keras model with the standard input and output, see `spaces.model_io`. Its weights do not change.
        distillation: How to learn from it.
    """

    def __init__(self, model, distillation: Distillation) -> None:
        self._network = copy_to_logits(model).network
        self._distillation = distillation

    def logits(self, images):
        """Its logits for scaled images: float32 tensor of shape (n, classes)."""
        import tensorflow as tf

        return tf.cast(self._network(images, training=False), tf.float32)

    def loss(self, label_loss, *, logits, teacher_logits):
        """The loss of a student for each image: tensor of shape (n,).

        The teacher's part is the Kullback-Leibler divergence from its probabilities, times the square of the
        temperature: so its gradients have the size of the labels' whatever the temperature is.

        Args:
            label_loss: Its cross-entropy with the labels: tensor of shape (n,).
            logits, teacher_logits: Tensors of shape (n, classes).
        """
        import tensorflow as tf

        temperature, weight = self._distillation.temperature, self._distillation.weight
        taught = tf.nn.log_softmax(teacher_logits / temperature)
        difference = taught - tf.nn.log_softmax(logits / temperature)
        divergence = tf.reduce_sum(tf.exp(taught) * difference, axis=-1)
        return (1 - weight) * label_loss + weight * temperature**2 * divergence

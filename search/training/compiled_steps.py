"""The compiled functions of a training: one epoch of steps, and one batch of an evaluation."""

import numpy as np

from search.training.augmentation import gather_augmented
from search.training.distillation import Teacher
from search.training.optimizer import apply_gradients
from search.training.recipe import Recipe
from search.training.training_copy import TrainingCopy
from spaces.model_io import PIXEL_MEAN, PIXEL_SCALE


def scale_pixels(images):
    """Pixels, a uint8 tensor, on the scale that networks take: a float32 tensor."""
    import tensorflow as tf

    return (tf.cast(images, tf.float32) - PIXEL_MEAN) * PIXEL_SCALE


def compiled_epoch(
    network,
    optimizer,
    recipe: Recipe,
    images,
    labels,
    batch: int,
    *,
    flip: bool,
    masks=None,
    teacher: Teacher | None = None,
):
    """A compiled function that trains one epoch.

    It takes the order of the images, of shape (steps, batch), the learning rates, of shape (steps,), and a seed, of
    shape (2,). It returns the mean loss and the accuracy. Variables are multiplied by their masks, now and after every
    step.
    """
    import tensorflow as tf

    variables = network.trainable_variables
    if not optimizer.built:
        optimizer.build(variables)
    masks = masks or [None] * len(variables)
    masked = [(variable, mask) for variable, mask in zip(variables, masks, strict=True) if mask is not None]
    classes = network.output_shape[-1]

    def step(index, seed):
        batch = scale_pixels(gather_augmented(images, index, crop=recipe.crop, flip=flip, seed=seed))
        targets = tf.one_hot(tf.gather(labels, index), classes)
        targets = targets * (1 - recipe.label_smoothing) + recipe.label_smoothing / classes
        teacher_logits = teacher.logits(batch) if teacher else None
        with tf.GradientTape() as tape:
            logits = network(batch, training=True)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
            if teacher:
                losses = teacher.loss(losses, logits=logits, teacher_logits=teacher_logits)
            loss = tf.add_n([tf.reduce_mean(losses), *network.losses])
        apply_gradients(optimizer, recipe, tape.gradient(loss, variables), variables)
        apply_masks()
        guesses = tf.argmax(logits, axis=-1, output_type=tf.int32)
        return loss, tf.reduce_mean(tf.cast(guesses == tf.gather(labels, index), tf.float32))

    def apply_masks():
        for variable, mask in masked:
            variable.assign(variable * mask)

    def epoch(order, rates, seed):
        def step_of_epoch(number, total_loss, total_accuracy):
            optimizer.learning_rate.assign(rates[number])
            loss, accuracy = step(order[number], seed + 2 * number)
            return number + 1, total_loss + loss, total_accuracy + accuracy

        steps = tf.shape(order)[0]
        _, total_loss, total_accuracy = tf.while_loop(
            lambda number, *_: number < steps, step_of_epoch, (0, 0.0, 0.0), parallel_iterations=1
        )
        return total_loss / tf.cast(steps, tf.float32), total_accuracy / tf.cast(steps, tf.float32)

    shapes = [tf.TensorSpec((None, batch), tf.int32), tf.TensorSpec((None,), tf.float32), tf.TensorSpec((2,), tf.int32)]
    apply_masks()
    # AutoGraph would convert every function that a step calls, which takes as long as to trace them.
    whole_epoch = tf.function(epoch, input_signature=shapes, autograph=False)
    whole_epoch(np.zeros((0, batch), np.int32), np.zeros(0, np.float32), np.zeros(2, np.int32))
    return whole_epoch


def compiled_evaluation(training_copy: TrainingCopy):
    """A compiled function of images and labels; it returns how many are classified right, and the sum of losses."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def evaluate(images, labels):
        logits = training_copy.infer(scale_pixels(images))
        guesses = tf.argmax(logits, axis=-1, output_type=tf.int32)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        return tf.reduce_sum(tf.cast(guesses == labels, tf.int32)), tf.reduce_sum(losses)

    return evaluate

"""What a network is worth: training on images in memory, an epoch in one call into TensorFlow."""

import json
import math
import os
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from search.training.augmentation import gather_augmented
from search.training.datasets import Dataset
from search.training.datasets.sharing import as_tensor
from search.training.environment import precision
from search.training.muon import muon_class
from search.training.pruning import masks
from search.training.recipe import Recipe
from search.training.twin import Twin
from spaces.model_io import LOGITS, PIXEL_MEAN, PIXEL_SCALE
from spaces.network import Network

EVALUATION_BATCH = 100
"""On a CPU larger ones are up to a fifth slower: their feature maps do not stay in its cache."""

UNDECAYED = ("gamma", "beta", "bias")
"""Variables that weight decay spares."""


class TrainingError(RuntimeError):
    """A training that has no result; the message says why."""


@dataclass(frozen=True)
class EpochResult:
    """What was measured after one epoch.

    Attributes:
        number: From 1.
        accuracy: Validation accuracy, 0 to 1.
        loss: Mean training loss over the epoch, label smoothing and penalties included.
        learning_rate: Of the last step.
        seconds: Training and validation.
        images_per_second: Of the training alone.
        validation_loss: Mean cross-entropy on the validation images.
        training_accuracy: Over the epoch, on images as they were augmented, while the weights moved; 0 to 1.
    """

    number: int
    accuracy: float
    loss: float
    learning_rate: float
    seconds: float
    images_per_second: float
    validation_loss: float
    training_accuracy: float


class Training:
    """One training of one network, which may go on in stages.

    Each stage is a whole schedule, down to a learning rate of zero, so that the accuracy at its end is that of a
    settled network and stages of one length compare.

    Args:
        architecture: What to build; `model` is the Keras model, trained as far as the stages went, and `history` what
            was measured after each epoch.
        dataset: Images for training and validation.
        recipe: How.
        seed: Of the weights, the order and the augmentation; the same seed repeats a training.
    """

    def __init__(self, architecture: Network, dataset: Dataset, *, recipe: Recipe, seed: int) -> None:
        import keras

        keras.utils.set_random_seed(seed)
        self.model = architecture.build()
        self.history: list[EpochResult] = []
        self._stage = (0, 0)  # epochs at which the present schedule began, and at which it ends
        self._dataset = dataset
        self._recipe = recipe
        self._random = np.random.default_rng(seed)
        self._batch = min(recipe.batch_size, len(dataset.train_images))
        self._steps = len(dataset.train_images) // self._batch
        self._optimizer = _optimizer(recipe)
        judged = keras.Model(self.model.inputs, self.model.get_layer(LOGITS).output)
        self._judge = _compiled_judge(judged)
        self._twin = Twin(judged, precision=precision())
        self._images = as_tensor(dataset.train_images), as_tensor(dataset.train_labels.astype(np.int32))
        self._compile()

    @property
    def trained_epochs(self) -> int:
        """Epochs trained so far, in all stages."""
        return len(self.history)

    def train_to(self, epochs: int) -> Iterator[EpochResult]:
        """Train a stage, an epoch at a time, up to `epochs` in all; stop iterating whenever it is enough.

        A stage that was left, or saved and restored, in the middle goes on where it was.

        Raises:
            TrainingError: If the loss is no longer a number.
        """
        if epochs != self._stage[1]:
            self._stage = (self.trained_epochs, epochs)
        rates = self._recipe.learning_rates(steps=self._steps * (epochs - self._stage[0])).astype(np.float32)
        for rates_of_epoch in rates.reshape(-1, self._steps)[self.trained_epochs - self._stage[0] :]:
            yield self._train_epoch(rates_of_epoch)

    def _train_epoch(self, rates: np.ndarray) -> EpochResult:
        number = self.trained_epochs + 1
        started = time.perf_counter()
        loss, training_accuracy = (float(value) for value in self._epoch(self._order(), rates, self._seed()))
        trained = time.perf_counter()
        if not math.isfinite(loss):
            raise TrainingError(f"the loss was {loss} in epoch {number}: this network does not train with this recipe")
        self._twin.give_back()
        accuracy, validation_loss = self.judge(self._dataset.validation_images, self._dataset.validation_labels)
        result = EpochResult(
            number=number,
            accuracy=accuracy,
            loss=loss,
            learning_rate=float(rates[-1]),
            seconds=time.perf_counter() - started,
            images_per_second=self._steps * self._batch / (trained - started),
            validation_loss=validation_loss,
            training_accuracy=training_accuracy,
        )
        self.history.append(result)
        return result

    def prune(self, sparsity: float) -> None:
        """Set a share of the weights to zero, those of least magnitude; they stay zero in what is trained after.

        Raises:
            ValueError: If there is nothing to prune, see `pruning.masks`.
        """
        network = self._twin.network
        self._compile(masks(network.trainable_variables, sparsity=sparsity))
        self._twin.give_back()

    def save(self, path: str | Path) -> None:
        """Write all that it takes to go on as if nothing had happened into one file, in NumPy's format."""
        partial = Path(f"{path}.partial")
        with open(partial, "wb") as file:
            np.savez(
                file,
                *[variable.numpy() for variable in self._variables()],
                history=np.array([astuple(epoch) for epoch in self.history]),
                stage=self._stage,
                random=json.dumps(self._random.bit_generator.state),
            )
        os.replace(partial, path)

    def restore(self, path: str | Path) -> None:
        """Go on from where `save` was called; network, data set and recipe must be the same."""
        with np.load(path, allow_pickle=False) as saved:
            for index, variable in enumerate(self._variables()):
                variable.assign(saved[f"arr_{index}"])
            self._stage = tuple(saved["stage"].tolist())
            self._random.bit_generator.state = json.loads(str(saved["random"]))
        self.history = saved_history(path)
        self._twin.give_back()

    def _variables(self) -> list:
        return [*self._twin.network.variables, *self._optimizer.variables]

    def judge(self, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """Share of images classified right, and mean cross-entropy.

        Args:
            images: uint8 array of shape (n, height, width, channels).
            labels: Integer array of shape (n,).
        """
        correct, loss = 0, 0.0
        for start in range(0, len(images), EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            right, lost = self._judge(images[part], labels[part].astype(np.int32))
            correct, loss = correct + int(right), loss + float(lost)
        return correct / len(images), loss / len(images)

    def _compile(self, masks=None) -> None:
        recipe, network = self._recipe, self._twin.network
        flip = recipe.flip and self._dataset.mirrorable
        self._epoch = _compiled_epoch(
            network, self._optimizer, recipe, *self._images, self._batch, flip=flip, masks=masks
        )

    def _order(self) -> np.ndarray:
        order = self._random.permutation(len(self._dataset.train_images))[: self._steps * self._batch]
        return order.reshape(self._steps, self._batch).astype(np.int32)

    def _seed(self) -> np.ndarray:
        return self._random.integers(0, 2**31 - 1, 2, dtype=np.int32)


def saved_history(path: str | Path) -> list[EpochResult]:
    """What was measured after each epoch of a training that `Training.save` wrote."""
    with np.load(path, allow_pickle=False) as saved:
        return [EpochResult(int(number), *rest) for number, *rest in saved["history"].tolist()]


def scaled(images):
    """Pixels (uint8 tensor) as networks take them (float32 tensor)."""
    import tensorflow as tf

    return (tf.cast(images, tf.float32) - PIXEL_MEAN) * PIXEL_SCALE


def _optimizer(recipe: Recipe):
    import keras

    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(recipe.learning_rate)
    if recipe.optimizer == "sgd":
        return keras.optimizers.SGD(recipe.learning_rate, momentum=recipe.momentum, nesterov=True)
    options = {"momentum": recipe.momentum, "matrix_rate": recipe.matrix_rate, "last": LOGITS}
    return muon_class()(recipe.learning_rate, **options)


def _apply(optimizer, recipe: Recipe, gradients, variables) -> None:
    """Clip, decay and update, as `optimizer.apply` does; that one leaves the graph it is traced in alive for ever."""
    import tensorflow as tf

    if recipe.clip_norm:
        gradients, _ = tf.clip_by_global_norm(gradients, recipe.clip_norm)
    rate = optimizer.learning_rate.value
    for gradient, variable in zip(gradients, variables, strict=True):
        if recipe.weight_decay and variable.name not in UNDECAYED:
            variable.assign_sub(variable * rate * recipe.weight_decay)
        optimizer.update_step(gradient, variable, rate)
    optimizer.iterations.assign_add(1)


def _compiled_epoch(network, optimizer, recipe: Recipe, images, labels, batch: int, *, flip: bool, masks=None):
    """A function of the order (steps, batch), the rates (steps,) and a seed (2,) that trains an epoch; compiled.

    It returns the mean loss and the share of images classified right. Variables are multiplied by their masks, now and
    after every step.
    """
    import tensorflow as tf

    variables = network.trainable_variables
    if not optimizer.built:
        optimizer.build(variables)
    masks = masks or [None] * len(variables)
    masked = [(variable, mask) for variable, mask in zip(variables, masks, strict=True) if mask is not None]
    classes = network.output_shape[-1]

    def step(index, seed):
        batch = scaled(gather_augmented(images, index, crop=recipe.crop, flip=flip, seed=seed))
        targets = tf.one_hot(tf.gather(labels, index), classes)
        targets = targets * (1 - recipe.label_smoothing) + recipe.label_smoothing / classes
        with tf.GradientTape() as tape:
            logits = network(batch, training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
            loss = tf.add_n([loss, *network.losses])
        _apply(optimizer, recipe, tape.gradient(loss, variables), variables)
        apply_masks()
        guesses = tf.argmax(logits, axis=-1, output_type=tf.int32)
        return loss, tf.reduce_mean(tf.cast(guesses == tf.gather(labels, index), tf.float32))

    def apply_masks():
        for variable, mask in masked:
            variable.assign(variable * mask)

    def epoch(order, rates, seed):
        total_loss, total_right = tf.constant(0.0), tf.constant(0.0)
        for number in tf.range(tf.shape(order)[0]):
            optimizer.learning_rate.assign(rates[number])
            loss, right = step(order[number], seed + 2 * number)
            total_loss, total_right = total_loss + loss, total_right + right
        steps = tf.cast(tf.shape(order)[0], tf.float32)
        return total_loss / steps, total_right / steps

    shapes = [tf.TensorSpec((None, batch), tf.int32), tf.TensorSpec((None,), tf.float32), tf.TensorSpec((2,), tf.int32)]
    apply_masks()
    compiled = tf.function(epoch, input_signature=shapes)
    compiled(np.zeros((0, batch), np.int32), np.zeros(0, np.float32), np.zeros(2, np.int32))
    return compiled


def _compiled_judge(network):
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def judge(images, labels):
        logits = network(scaled(images), training=False)
        guesses = tf.argmax(logits, axis=-1, output_type=tf.int32)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        return tf.reduce_sum(tf.cast(guesses == labels, tf.int32)), tf.reduce_sum(losses)

    return judge

"""Trains a network on images in memory and measures its accuracy. An epoch is one call into TensorFlow."""

import json
import math
import os
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from search.training.compiled_steps import compiled_epoch, compiled_evaluation
from search.training.datasets import Dataset
from search.training.datasets.sharing import as_tensor
from search.training.distillation import Teacher
from search.training.optimizer import make_optimizer
from search.training.pruning import pruning_masks
from search.training.recipe import Recipe
from search.training.training_copy import copy_to_logits
from spaces.network import Network

EVALUATION_BATCH = 100
"""Images. On a CPU larger batches are up to a fifth slower: their feature maps do not stay in its cache."""


class TrainingError(RuntimeError):
    """A training that has no result; the message says why."""


@dataclass(frozen=True)
class EpochResult:
    """What was measured after one epoch.

    Attributes:
        number: Number of the epoch, from 1.
        accuracy: Validation accuracy, 0 to 1.
        loss: Mean training loss over the epoch, with label smoothing and penalties.
        learning_rate: Learning rate of the last step.
        seconds: Time for training and validation.
        images_per_second: Speed of the training alone.
        validation_loss: Mean cross-entropy on the validation images.
        training_accuracy: Accuracy on the augmented images during the epoch, while the weights moved; 0 to 1.
    """

    number: int
    accuracy: float
    loss: float
    learning_rate: float
    seconds: float
    images_per_second: float
    validation_loss: float
    training_accuracy: float


SECONDS_COLUMN = [field.name for field in fields(EpochResult)].index("seconds")
"""Index of the seconds in an epoch that is sent or stored as a list of its values."""


class Training:
    """One training of one network, from milestone to milestone.

    The way to each milestone is a stage with a whole learning-rate schedule, down to zero. So the accuracy at a
    milestone is that of a settled network, and the accuracies of two networks at one milestone can be compared.

    Args:
        architecture: The network to build.
        dataset: Images for training and validation.
        recipe: How to train.
        seed: Seed of the weights, the order of the images and the augmentation. The same seed repeats a training.
        teacher: A trained network to learn from beside the labels; None learns from the labels alone.

    Attributes:
        model: The Keras model, with the weights as trained so far.
        history: What was measured after each epoch.
    """

    def __init__(
        self, architecture: Network, dataset: Dataset, *, recipe: Recipe, seed: int, teacher: Teacher | None = None
    ) -> None:
        import keras

        keras.utils.set_random_seed(seed)
        self.history: list[EpochResult] = []
        self._stage = (0, 0)  # the epochs after which the present schedule began, and after which it ends
        self._dataset = dataset
        self._recipe = recipe
        self._random = np.random.default_rng(seed)
        self._batch = recipe.batch(len(dataset.train_images))
        self._steps = recipe.steps_per_epoch(len(dataset.train_images))
        self._optimizer = make_optimizer(recipe)
        self._teacher = teacher
        self.model = architecture.build()
        self._copy = copy_to_logits(self.model)
        self._evaluate_batch = compiled_evaluation(self._copy)
        self._images = as_tensor(dataset.train_images), as_tensor(dataset.train_labels.astype(np.int32))
        self._compile()

    @property
    def trained_epochs(self) -> int:
        """Epochs trained so far, in all."""
        return len(self.history)

    def train_to(self, milestone: int) -> Iterator[EpochResult]:
        """Train to `milestone`, a number of epochs in all; yields after each epoch. The caller may stop at any time.

        A training that was left on the way to this milestone, or saved and restored there, continues its schedule.

        Raises:
            TrainingError: If the loss is not a number.
        """
        if milestone != self._stage[1]:
            self._stage = (self.trained_epochs, milestone)
        start, _ = self._stage
        rates = self._recipe.learning_rates(steps=self._steps * (milestone - start)).astype(np.float32)
        for rates_of_epoch in rates.reshape(-1, self._steps)[self.trained_epochs - start :]:
            yield self._train_epoch(rates_of_epoch)

    def _train_epoch(self, rates: np.ndarray) -> EpochResult:
        number = self.trained_epochs + 1
        started = time.perf_counter()
        loss, training_accuracy = (float(value) for value in self._epoch(self._order(), rates, self._seed()))
        trained = time.perf_counter()
        if not math.isfinite(loss):
            raise TrainingError(f"the loss was {loss} in epoch {number}: this network does not train with this recipe")
        self._copy.copy_weights_back()
        accuracy, validation_loss = self.evaluate(self._dataset.validation_images, self._dataset.validation_labels)
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
        """Set a share of the weights to zero, the smallest magnitudes. They stay zero in all further training.

        Raises:
            ValueError: If no kernel is large enough, see `pruning.pruning_masks`.
        """
        network = self._copy.network
        self._compile(pruning_masks(network.trainable_variables, sparsity=sparsity))
        self._copy.copy_weights_back()

    def save(self, path: str | Path) -> None:
        """Write a checkpoint, one file in NumPy's format. A training that is restored from it continues unchanged."""
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
        """Continue from a checkpoint of `save`. Network, data set and recipe must be the same."""
        with np.load(path, allow_pickle=False) as saved:
            for index, variable in enumerate(self._variables()):
                variable.assign(saved[f"arr_{index}"])
            self._stage = tuple(saved["stage"].tolist())
            self._random.bit_generator.state = json.loads(str(saved["random"]))
        self.history = saved_history(path)
        self._copy.copy_weights_back()

    def _variables(self) -> list:
        return [*self._copy.network.variables, *self._optimizer.variables]

    def evaluate(self, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """Accuracy, 0 to 1, and mean cross-entropy of the model.

        Args:
            images: uint8 array of shape (n, height, width, channels).
            labels: Integer array of shape (n,).
        """
        correct, loss = 0, 0.0
        for start in range(0, len(images), EVALUATION_BATCH):
            batch = slice(start, start + EVALUATION_BATCH)
            batch_correct, batch_loss = self._evaluate_batch(images[batch], labels[batch].astype(np.int32))
            correct, loss = correct + int(batch_correct), loss + float(batch_loss)
        return correct / len(images), loss / len(images)

    def _compile(self, masks=None) -> None:
        recipe, network = self._recipe, self._copy.network
        flip = recipe.flip and bool(self._dataset.mirrorable)
        self._epoch = compiled_epoch(
            network, self._optimizer, recipe, *self._images, self._batch, flip=flip, masks=masks, teacher=self._teacher
        )

    def _order(self) -> np.ndarray:
        order = self._random.permutation(len(self._dataset.train_images))[: self._steps * self._batch]
        return order.reshape(self._steps, self._batch).astype(np.int32)

    def _seed(self) -> np.ndarray:
        return self._random.integers(0, 2**31 - 1, 2, dtype=np.int32)


def saved_history(path: str | Path) -> list[EpochResult]:
    """What was measured after each epoch, from a checkpoint of `Training.save`."""
    with np.load(path, allow_pickle=False) as saved:
        return [EpochResult(int(number), *rest) for number, *rest in saved["history"].tolist()]

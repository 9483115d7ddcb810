"""Recipes: how networks are trained. Accuracies of two networks compare only under one recipe."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: Name by which a person chooses it.
        optimizer: "muon", "sgd" (with Nesterov momentum) or "adam".
        learning_rate: Peak learning rate, for batches of `batch_size` images. For "muon": of the variables left to SGD.
        schedule: "one-cycle" (a linear rise, then a cosine to zero, over the whole training) or "constant".
        warmup: Share of the steps in which a one-cycle schedule rises.
        momentum: Momentum of "muon" and "sgd".
        matrix_rate: For "muon": peak size of its orthogonal steps.
        weight_decay: Decoupled weight decay, times the learning rate; of kernels only, never of BatchNorm or biases.
        clip_norm: Largest global norm of a step's gradients; 0 does not clip. Without clipping, the first steps at a
            high rate can kill every ReLU of a wide dense layer.
        batch_size: Images in a step.
        label_smoothing: Share of the target that is spread evenly over the classes.
        crop: Largest random shift in pixels, in each direction; the border is mirrored.
        flip: Whether images are mirrored left to right at random, where their class stays the same.
    """

    name: str
    optimizer: str
    learning_rate: float
    schedule: str
    warmup: float = 0.25
    momentum: float = 0.9
    matrix_rate: float = 0.0
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    batch_size: int = 128
    label_smoothing: float = 0.0
    crop: int = 0
    flip: bool = False

    def flips(self, mirrorable: bool | None) -> bool:
        """Whether images are mirrored if nothing else was decided: studies up to version 0.2 store no decision.

        Args:
            mirrorable: Of the data set.
        """
        return self.flip and mirrorable is not False

    def batch(self, images: int) -> int:
        """Images in a step where so many are for training."""
        return min(self.batch_size, images)

    def steps_per_epoch(self, images: int) -> int:
        """Steps in an epoch where so many images are for training. What is left of them waits for another epoch."""
        return images // self.batch(images)

    def learning_rates(self, *, steps: int) -> np.ndarray:
        """Learning rate of each step of a whole schedule: array of shape (steps,).

        References:
            Smith, Topin (2018), Super-convergence, arXiv:1708.07120.
        """
        if self.schedule == "constant":
            return np.full(steps, self.learning_rate)
        position = (np.arange(steps) + 0.5) / steps
        rise = position / self.warmup
        fall = 0.5 * (1 + np.cos(math.pi * np.clip((position - self.warmup) / (1 - self.warmup), 0, 1)))
        return self.learning_rate * np.minimum(rise, fall)


ONE_CYCLE = Recipe(
    name="one-cycle",
    optimizer="muon",
    learning_rate=0.2,
    schedule="one-cycle",
    matrix_rate=0.05,
    weight_decay=5e-4,
    clip_norm=1.0,
    label_smoothing=0.1,
    crop=2,
    flip=True,
)

NOTEBOOK = Recipe(name="notebook", optimizer="adam", learning_rate=0.001, schedule="constant")
"""The plain recipe of many a course: Adam, no augmentation, no schedule."""

RECIPES = {recipe.name: recipe for recipe in (ONE_CYCLE, NOTEBOOK)}

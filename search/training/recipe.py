"""Recipes: all that makes the accuracies of two networks comparable, as frozen data with a name."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: What a person calls it by.
        optimizer: "muon", "sgd" (Nesterov momentum) or "adam".
        learning_rate: Its peak, per batch of `batch_size` images; of "muon", for all that it leaves to SGD.
        schedule: "one-cycle" (a straight rise, then a cosine to zero, over the whole training) or "constant".
        warmup: Share of the steps in which a one-cycle schedule rises.
        momentum: Of "muon" and "sgd".
        matrix_rate: Of "muon": peak size of its orthogonal steps.
        weight_decay: Decoupled, times the learning rate; kernels only, never BatchNorm or biases.
        clip_norm: Largest global norm of a step's gradients; 0 does not clip. Without it the first steps at a high rate
            can kill every ReLU of a wide dense layer.
        batch_size: Images a step.
        label_smoothing: Share of the target spread evenly over the classes.
        crop: Largest shift in pixels, each way; the border is mirrored.
        flip: Whether images are mirrored at random, where the data set allows.
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

    def learning_rates(self, *, steps: int) -> np.ndarray:
        """Learning rate of each step of a whole training; array of shape (steps,).

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
"""The plain recipe of many a course: no augmentation, no schedule."""

RECIPES = {recipe.name: recipe for recipe in (ONE_CYCLE, NOTEBOOK)}

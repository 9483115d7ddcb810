"""Fine-tuning of a trained network for its int8 file: it learns to do without what is rounded away."""

from dataclasses import replace
from pathlib import Path

from search.training.calibration import calibration_images
from search.training.datasets import Dataset
from search.training.distillation import Distillation, Teacher
from search.training.recipe import Recipe
from search.training.simulated_int8 import SimulatedInt8
from search.training.trainer import Training
from spaces.network import Network


class Int8Training(Training):
    """A training of a network's simulation in int8, which learns from the network itself.

    `model` is the network without BatchNorm. The converter makes an int8 file of it that computes as the simulation.

    Args:
        architecture: The network to build.
        dataset: Images for training and validation.
        weights: File of its trained weights.
        recipe: How it was trained. Batches and augmentation stay the same.
        seed: Seed of the order of the images and the augmentation.
    """

    def __init__(self, architecture: Network, dataset: Dataset, *, weights: str | Path, recipe: Recipe, seed: int):
        self._weights = weights
        super().__init__(architecture, dataset, recipe=fine_tuning_recipe(recipe), seed=seed)

    def _prepare(self, architecture: Network):
        trained = architecture.build()
        trained.load_weights(self._weights)
        self._teacher = Teacher(trained, Distillation(str(self._weights), "", temperature=1.0, weight=1.0))
        simulation = SimulatedInt8(trained, calibration_images(self._dataset.train_images))
        return simulation.model, simulation


def fine_tuning_recipe(recipe: Recipe) -> Recipe:
    """The recipe of a fine-tuning for int8: small steps, since the network is nearly right."""
    steps = {"optimizer": "adam", "learning_rate": 1e-4, "schedule": "one-cycle", "weight_decay": 0.0}
    return replace(recipe, name=f"{recipe.name}, int8", **steps)

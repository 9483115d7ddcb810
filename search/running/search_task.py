"""What is searched: which images, which networks, how they are trained and when they are judged."""

import dataclasses
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np

from search.cli.search_config import SearchConfig
from search.cli.settings import comparable_settings
from search.optimizer.chance import Chance
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.describe import random_networks
from search.optimizer.networks.objective import FLASH, FLOPS, RAM
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder, default_rungs, rungs_of
from search.training.datasets import Dataset, load
from search.training.environment import import_tensorflow
from search.training.recipe import RECIPES, Recipe
from spaces.catalogue import SPACES
from spaces.hypermodel import HypermodelSpace
from spaces.hypermodel_source import is_path

DEFAULT_EPOCHS_OF = {"cluttered-digits": 3, "digits": 10}
"""Epochs of a full training by data set. On other images they follow from the number of steps in an epoch."""

NETWORKS_IN_VERSION = 20
"""Random networks whose keys make the version of a space."""


@dataclass(frozen=True)
class SearchTask:
    """The images, and all that decides which networks are trained on them and how.

    Attributes:
        dataset: The images.
        problem: The space, made for these images, the caps, the rungs and the objective; a latency to minimise is
            measured later.
        recipe: How networks are trained.
    """

    dataset: Dataset
    problem: Problem
    recipe: Recipe

    @property
    def flips_by_default(self) -> bool:
        """As `Recipe.flips`, of a task that `load_task` has made."""
        return self.recipe.flips(self.dataset.mirrorable)

    def with_flip(self, flip: bool) -> "SearchTask":
        """The same task, with images that are mirrored at random in training, or never."""
        dataset = replace(self.dataset, mirrorable=flip)
        return replace(self, dataset=dataset, recipe=replace(self.recipe, flip=flip))

    @property
    def steps_per_epoch(self) -> int:
        """Training steps in an epoch."""
        return self.recipe.steps_per_epoch(len(self.dataset.train_images))


def load_task(config: SearchConfig) -> SearchTask:
    """Load the images, and build the space for them. The rungs are those of a new study.

    Raises:
        SearchError, DataError, ValueError: If the images can't be read, or the space can't be built.
    """
    dataset = load(
        config.dataset,
        data_dir=config.data_dir,
        image_size=config.image_size,
        color_mode=config.color_mode,
        seed=config.seed,
        train_limit=config.train_limit,
    )
    recipe = RECIPES[config.recipe]
    problem = Problem(
        _space(config.space, dataset),
        _ladder(config, recipe.steps_per_epoch(len(dataset.train_images)), stored={}),
        caps=Caps(
            flops=config.max_flops,
            parameters=config.max_params,
            min_flops=config.min_flops,
            ram_bytes=config.max_ram,
            flash_bytes=config.max_flash,
        ),
        objective={"ram": RAM, "flash": FLASH}.get(config.objective, FLOPS),
        chance=Chance.of(np.bincount(dataset.validation_labels, minlength=dataset.classes).tolist()),
        ends_by_trials=True,
    )
    return SearchTask(dataset, problem, recipe)


def with_stored_epochs(task: SearchTask, config: SearchConfig, stored: Mapping[str, Any]) -> SearchTask:
    """The task, with the rungs of the study that is continued, unless another number of epochs is asked for.

    Another version may have chosen others by default.

    Args:
        task: With the rungs of a new study.
        config: What it was loaded for.
        stored: Settings of the study, see `study_settings`; empty for a new one.
    """
    ladder = _ladder(config, task.steps_per_epoch, stored=stored)
    return replace(task, problem=replace(task.problem, ladder=ladder))


def _ladder(config: SearchConfig, steps_per_epoch: int, *, stored: Mapping[str, Any]) -> Ladder:
    epochs = config.epochs or stored.get("epochs") or DEFAULT_EPOCHS_OF.get(config.dataset)
    rungs = tuple(stored.get("rungs", ()))
    if epochs is None:
        rungs = default_rungs(steps_per_epoch)
    elif len(rungs) < 2 or rungs[-1] != epochs:
        rungs = rungs_of(epochs)
    return Ladder(rungs[-1:] if config.no_rungs else rungs)


def _space(name: str, dataset: Dataset):
    if not is_path(name):
        return SPACES[name](**dataset.network_arguments)
    # The search builds networks, too, to describe them. It must leave the memory of the GPUs to its workers.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    import_tensorflow()
    return HypermodelSpace(name, **dataset.network_arguments)


def study_settings(task: SearchTask, config: SearchConfig) -> dict[str, Any]:
    """What must be the same for two accuracies of a study to compare, as a study stores it: plain data by name.

    Args:
        task: As `load_task` has made it. How the study mirrors images is stored only where it is not so by default.
        config: With the decision in `mirror`.
    """
    mirror = None if config.mirror == task.flips_by_default else config.mirror
    return comparable_settings(
        replace(config, mirror=mirror),
        derived={
            "space_version": space_version(task.problem.space),
            "dataset": task.dataset.name,
            "images": task.dataset.fingerprint,
            "color_mode": task.dataset.color_mode,
            "recipe": dataclasses.asdict(task.recipe),
            "epochs": task.problem.ladder.top,
            "rungs": list(task.problem.ladder.rungs),
        },
    )


def space_version(space) -> str:
    """Eight hexadecimal digits that change when a space does.

    They are a hash of random networks of the space and, of a user's hypermodel, of its source.
    """
    keys = [architecture.key for _, architecture, _ in random_networks(space, Random(0), draws=NETWORKS_IN_VERSION)]
    source = getattr(space, "version", "")
    return hashlib.sha256("".join([*keys, source]).encode()).hexdigest()[:8]

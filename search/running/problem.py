"""What is searched: which images, which networks, how they are trained and judged."""

import dataclasses
import hashlib
import os
from dataclasses import dataclass
from random import Random
from typing import Any

from search.errors import UsageError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.describe import random_networks
from search.optimizer.rungs import Ladder, default_rungs
from search.training.datasets import Dataset, load
from search.training.environment import import_tensorflow
from search.training.recipe import RECIPES, Recipe
from spaces.catalogue import SPACES
from spaces.hypermodel import HypermodelSpace
from spaces.hypermodel_source import is_path


@dataclass(frozen=True)
class Problem:
    """What a person has asked to be searched.

    Attributes:
        dataset: The images.
        space: What can be built for them.
        caps: What a network may cost.
        recipe: How networks are trained.
        ladder: Epochs at which trainings are judged.
    """

    dataset: Dataset
    space: Any
    caps: Caps
    recipe: Recipe
    ladder: Ladder


def problem_of(options) -> Problem:
    """The problem in what `search.run` parsed.

    Raises:
        SearchError, DataError, ValueError: If there is none.
    """
    if options.min_flops and options.max_flops and options.min_flops >= options.max_flops:
        raise UsageError("--min-flops must be below --max-flops")
    dataset = load(
        options.dataset,
        data_dir=options.data_dir,
        image_size=options.image_size,
        seed=options.seed,
        train_limit=options.train_limit,
    )
    return Problem(
        dataset=dataset,
        space=_space(options.space, dataset),
        caps=Caps(flops=options.max_flops, parameters=options.max_params, min_flops=options.min_flops),
        recipe=RECIPES[options.recipe],
        ladder=Ladder((options.epochs,) if options.no_rungs else default_rungs(options.epochs)),
    )


def _space(name: str, dataset: Dataset):
    images = {"input_shape": dataset.input_shape, "classes": dataset.classes}
    if not is_path(name):
        return SPACES[name](**images)
    # The search itself builds networks, and must leave the GPUs to its workers.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    import_tensorflow()
    return HypermodelSpace(name, **images)


def comparable_settings(problem: Problem, options) -> dict[str, Any]:
    """What must stay the same for two accuracies of a study to compare; plain data."""
    return {
        "space": options.space,
        "space_version": _version(problem.space),
        "dataset": problem.dataset.name,
        "image_size": options.image_size,
        "train_limit": options.train_limit,
        "seed": options.seed,
        "images": problem.dataset.fingerprint,
        "recipe": dataclasses.asdict(problem.recipe),
        "epochs": problem.ladder.top,
        "rungs": list(problem.ladder.rungs),
    } | ({"objective": options.objective} if options.objective != "flops" else {})


def _version(space) -> str:
    """A hash of random networks of a space, and of the source of somebody's own: it changes when the space does."""
    random = Random(0)
    keys = [architecture.key for _, architecture, _ in random_networks(space, random, draws=20)]
    source = getattr(space, "version", "")
    return hashlib.sha256("".join([*keys, source]).encode()).hexdigest()[:8]

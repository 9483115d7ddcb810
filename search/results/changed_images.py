"""What a person is told where the images are no longer those of a study."""

import shlex

import optuna

from search.optimizer.trials import attributes as attr
from search.quantities import listed
from search.training.datasets import Dataset, changes

MOST_CHANGES = 5
"""Changes that are named."""


def images_changed(study: optuna.Study, dataset: Dataset) -> str:
    """A sentence: that they are others, and what has changed if that can be told."""
    stored, inventory = study.user_attrs.get(attr.INVENTORY, {}), dataset.inventory
    differences = listed(changes(stored, inventory), most=MOST_CHANGES, separator="; ")
    if not differences and stored.get("files"):
        differences = "the files have the same names and sizes, but another content"
    if not stored and not inventory.is_drawn:  # An earlier version took no folder for the validation images.
        differences = f"the validation images are {inventory.validation} now"
    detail = f": {differences}" if differences else ""
    return f"the images of {dataset.name} are not those that study {study.study_name!r} was made with{detail}."


def new_study_advice(study: str) -> str:
    """A sentence: what to do if the images were changed on purpose."""
    return (
        "If they were changed on purpose, search them as a new study: give search.run a new name with --study, and "
        f"--start-from {shlex.quote(study)}, which tries this study's best networks first."
    )

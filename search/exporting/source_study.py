"""The study whose networks are exported, and its images."""

import os
from dataclasses import replace

import numpy as np

from mlflow_runs.objectives import objective_named
from search.cli.export_config import ExportConfig
from search.cli.storage import stored_study
from search.errors import SearchError
from search.optimizer.trials import attributes as attr
from search.results.changed_images import images_changed, new_study_advice
from search.results.study_location import location_of
from search.training.datasets import Dataset, load
from search.training.datasets.color_mode import RGB
from search.training.datasets.held_out import load_test
from search.training.recipe import Recipe
from spaces.validation import place


class SourceStudy:
    """A study that `search.run` created, with its images.

    Args:
        config: Names the study, its storage and the place of its images.
    Raises:
        SearchError, DataError: If there is no such study, or the images are not those of the study.

    Attributes:
        name, command, settings: As in `StoredStudy`.
        trials: All trials, by number.
        bounds: The rectangle of its hypervolume.
        objective: What the study minimises beside the loss.
        recipe: The recipe of the study, with its decision on mirrored images.
        flip_reason: What decided whether images are mirrored; empty for studies of version 0.2.
        dataset: The images that the study was trained on.
    """

    def __init__(self, config: ExportConfig) -> None:
        self._stored = stored = stored_study(config.storage, config.study)
        self.name, self.command, self.settings = stored.name, stored.command, stored.settings
        self.trials, self.bounds = stored.trials(), stored.bounds
        self.objective = objective_named(stored.objective_name)
        self.flip_reason = stored.optuna_study.user_attrs.get(attr.FLIP_CHOICE, {}).get("reason", "")
        self._dataset_name, self._data_dir = config.dataset, config.data_dir
        if config.dataset is None:
            self._dataset_name, self._data_dir = self._stored_place(config)
        dataset, recipe = self._load(), Recipe(**self.settings["recipe"])
        flip = self.settings.get("mirror", recipe.flips(dataset.mirrorable))
        self.dataset, self.recipe = replace(dataset, mirrorable=flip), replace(recipe, flip=flip)

    def test_split(self) -> tuple[np.ndarray, np.ndarray]:
        """Images and labels that no choice has ever seen; see `held_out.load_test`."""
        return load_test(
            self._dataset_name,
            data_dir=self._data_dir,
            image_size=self.settings["image_size"],
            color_mode=self.dataset.color_mode,
        )

    def _stored_place(self, config: ExportConfig) -> tuple[str, str | None]:
        """Data set and data folder of the last search, as `load` takes them."""
        location = location_of(self._stored, storage=config.storage)
        if location.dataset is None:
            return self.settings["dataset"], config.data_dir or location.data_dir
        if not os.path.isdir(os.path.expanduser(location.dataset)):
            raise SearchError(
                f"the study's images were in {place(location.dataset)}, and no such folder is here. Say where they are "
                "now with --dataset."
            )
        return location.dataset, config.data_dir

    def _load(self) -> Dataset:
        settings = self.settings
        dataset = load(
            self._dataset_name,
            data_dir=self._data_dir,
            image_size=settings["image_size"],
            color_mode=settings.get("color_mode", RGB),
            seed=settings["seed"],
            train_limit=settings["train_limit"],
        )
        if dataset.fingerprint != settings["images"]:
            raise SearchError(
                f"{images_changed(self._stored.optuna_study, dataset)} Give the study's own images with --dataset or "
                f"--data-dir. {new_study_advice(self.name)}"
            )
        return dataset

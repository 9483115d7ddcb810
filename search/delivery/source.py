"""The study that networks are taken from, and its images."""

from typing import Any

import optuna
from optuna.trial import FrozenTrial

from search.errors import SearchError
from search.optimizer import attributes as attr
from search.storage import open_storage
from search.training.datasets import Dataset, load
from search.training.datasets.held_out import load_test
from search.training.recipe import Recipe


class Source:
    """A study that `search.run` made.

    Args:
        storage: URL of Optuna's storage.
        study: Its name; None where there is only one.
        dataset: Where its images are now, if they have moved.
        data_dir: Folder that holds CIFAR-10.
    Raises:
        SearchError, DataError: If there is none, or its images are others now.
    """

    def __init__(self, *, storage: str, study: str | None, dataset: str | None, data_dir: str | None) -> None:
        self._study = open_study(storage, study)
        self.settings: dict[str, Any] = self._study.user_attrs[attr.SETTINGS]
        self.trials: list[FrozenTrial] = self._study.get_trials(deepcopy=False)
        self.recipe = Recipe(**self.settings["recipe"])
        self._place, self._data_dir = dataset or self.settings["dataset"], data_dir
        self.dataset = self._load()

    @property
    def command(self) -> str:
        """By which a person last searched; empty where the study does not know."""
        return self._study.user_attrs.get(attr.COMMAND, "")

    @property
    def name(self) -> str:
        """The study's name."""
        return self._study.study_name

    def test_split(self):
        """Images and labels that no choice ever saw; see `held_out.load_test`."""
        return load_test(self._place, data_dir=self._data_dir, image_size=self.settings["image_size"])

    def _load(self) -> Dataset:
        settings = self.settings
        dataset = load(
            self._place,
            data_dir=self._data_dir,
            image_size=settings["image_size"],
            seed=settings["seed"],
            train_limit=settings["train_limit"],
        )
        if dataset.fingerprint != settings["images"]:
            raise SearchError(
                f"the study was made on images with fingerprint {settings['images']}; {self._place} has "
                f"{dataset.fingerprint}. Give the study's own images with --dataset or --data-dir."
            )
        return dataset


def open_study(storage: str, name: str | None) -> optuna.Study:
    """A study that `search.run` made; its name may be left out where there is only one.

    Raises:
        SearchError: If there is none.
    """
    opened = open_storage(storage, must_exist=True)
    names = optuna.get_all_study_names(opened)
    if name is None and len(names) == 1:
        name = names[0]
    if name not in names:
        known = ", ".join(map(repr, names[:20])) or "none"
        asked = "no --study was given" if name is None else f"there is no study {name!r}"
        raise SearchError(f"{asked}; the storage has {known}. Give one of them with --study.")
    study = optuna.load_study(study_name=name, storage=opened)
    if attr.SETTINGS not in study.user_attrs:
        raise SearchError(f"study {name!r} was not made by python -m search.run. Give one that was with --study.")
    return study

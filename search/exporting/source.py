"""The study that networks are taken from, and its images."""

from search.cli.storage import stored_study
from search.errors import SearchError
from search.results.record import objective_of
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
        stored = stored_study(storage, study)
        self.name, self.command, self.settings = stored.name, stored.command, stored.settings
        self.trials, self.objective = stored.trials(), objective_of(stored)
        self.recipe = Recipe(**self.settings["recipe"])
        self._place, self._data_dir = dataset or self.settings["dataset"], data_dir
        self.dataset = self._load()

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

"""The study of an export: its images must be those that it was searched on."""

from dataclasses import asdict, replace

import numpy as np
import optuna
import pytest
from PIL import Image

from search.cli.export_config import ExportConfig
from search.errors import SearchError
from search.exporting.source_study import SourceStudy
from search.optimizer.trials import attributes as attr
from search.training.datasets import load
from search.training.recipe import NOTEBOOK, ONE_CYCLE

FINGERPRINT = load("digits", train_limit=100).fingerprint


def stored(folder, **different):
    storage = f"sqlite:///{folder}/search.db"
    study = optuna.create_study(study_name="digits", storage=storage, directions=["maximize", "minimize"])
    settings = {"dataset": "digits", "image_size": None, "seed": 0, "train_limit": 100, "images": FINGERPRINT}
    recipe = {"recipe": {"name": "notebook", "optimizer": "adam", "learning_rate": 0.001, "schedule": "constant"}}
    study.set_user_attr(attr.SETTINGS, settings | recipe | different)
    study.set_user_attr(attr.BOUNDS, {"reference_loss": 0.9, "lowest_cost": 1.0, "highest_cost": 2.0})
    return ExportConfig(output="out", storage=storage)


def test_images_and_recipe_are_those_of_the_study(tmp_path):
    study = SourceStudy(stored(tmp_path))
    assert (study.name, study.recipe, study.dataset.fingerprint) == ("digits", NOTEBOOK, FINGERPRINT)
    images, labels = study.test_split()
    assert len(images) == len(labels) > 0


@pytest.mark.parametrize(("different", "flip"), [({}, False), ({"mirror": True}, True)])
def test_images_are_mirrored_as_the_study_has_decided(tmp_path, different, flip):
    """The first studies have stored nothing: they never mirrored digits, whatever the recipe."""
    study = SourceStudy(stored(tmp_path, recipe=asdict(ONE_CYCLE), **different))
    assert (study.recipe.flip, study.dataset.mirrorable) == (flip, flip)
    assert replace(study.recipe, flip=True) == ONE_CYCLE


@pytest.mark.parametrize("different", [{"images": "0000"}, {"seed": 1}, {"train_limit": 99}])
def test_other_images_are_refused(tmp_path, different):
    with pytest.raises(
        SearchError,
        match="not those that study 'digits' was made with. .*--dataset or --data-dir. .*--start-from digits",
    ):
        SourceStudy(stored(tmp_path, **different))


@pytest.mark.parametrize(("stored_mode", "channels"), [({}, 3), ({"color_mode": "grayscale"}, 1)])
def test_the_channels_are_those_of_the_study_also_of_one_from_before_and_in_the_test(tmp_path, stored_mode, channels):
    random = np.random.default_rng(0)
    for name in ("left", "right"):
        (tmp_path / "signs" / name).mkdir(parents=True)
        for number in range(5):
            image = Image.fromarray(random.integers(0, 256, (9, 9), dtype=np.uint8))
            image.save(tmp_path / "signs" / name / f"{number}.png")
    folder = str(tmp_path / "signs")
    images = load(folder, image_size=8, color_mode=stored_mode.get("color_mode", "rgb")).fingerprint
    settings = {"dataset": "signs", "image_size": 8, "train_limit": None, "images": images}
    study = SourceStudy(replace(stored(tmp_path, **settings, **stored_mode), dataset=folder))
    assert study.dataset.input_shape == (8, 8, channels)
    assert study.test_split()[0].shape == (2, 8, 8, channels)

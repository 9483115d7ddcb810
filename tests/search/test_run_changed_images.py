"""Images that change after a search: what search and export say, and that their advice helps."""

import re

import numpy as np
import optuna
import pytest
from PIL import Image

STUDY = "my photos-hybrid"
WITHOUT_EPOCHS = ["--dataset", "my photos", "--no-rungs", "--workers", "1", "--max-flops", "4M"]
FLAGS = [*WITHOUT_EPOCHS, "--epochs", "1"]

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def searched(in_process, tmp_path_factory):
    """A folder with images in train/ and val/, and a study of one network."""
    folder, random = tmp_path_factory.mktemp("changed"), np.random.default_rng(0)
    for part, count in (("train", 12), ("val", 4)):
        for name in ("cat", "dog"):
            (folder / "my photos" / part / name).mkdir(parents=True)
            for number in range(count):
                image = Image.fromarray(random.integers(0, 256, (16, 16, 3), dtype=np.uint8))
                image.save(folder / "my photos" / part / name / f"{number}.png")
    done = in_process("search.run", *FLAGS, "--trials", "1", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


@pytest.fixture
def without_an_image(searched):
    folder, _ = searched
    path = folder / "my photos" / "val" / "cat" / "3.png"
    content = path.read_bytes()
    path.unlink()
    yield folder
    path.write_bytes(content)


def test_classes_and_splits_are_told_at_the_start(searched):
    _, done = searched
    assert "2 classes of 16 images each: cat, dog.\n" in done.stdout
    assert "19 images are for training, 8 for validation (from val/). 5 are held out for the test" in done.stdout


def test_too_few_images_are_told_before_anything_is_trained(searched):
    before, _, _ = " ".join(searched[1].stdout.split()).partition("FLOPs")
    assert "Too few images: of an accuracy on 8 validation images one standard error is up to 18 percentage" in before


def test_a_study_that_is_continued_keeps_its_number_of_epochs(searched, in_process):
    done = in_process("search.run", *WITHOUT_EPOCHS, "--trials", "1", folder=searched[0])
    assert done.returncode == 0, done.stderr
    assert "nothing is left to train" in done.stdout


def test_another_seed_is_refused_by_name(searched, in_process):
    done = in_process("search.run", *FLAGS, "--trials", "2", "--seed", "1", folder=searched[0])
    assert done.returncode == 1
    assert f"study '{STUDY}' was made with --seed 0, not with --seed 1. A study keeps its seed" in done.stderr
    assert not re.search("[0-9a-f]{16}", done.stderr)


def test_neither_search_nor_export_goes_on_without_an_image(without_an_image, in_process):
    said = (
        f"the images of my photos are not those that study '{STUDY}' was made with: class 'cat' had 16 images and has"
    )
    commands = [
        ("search.run", *FLAGS, "--trials", "2"),
        ("search.export", "--dataset", "my photos", "--epochs", "1", "--output", "out"),
    ]
    for command in commands:
        done = in_process(*command, folder=without_an_image)
        assert done.returncode == 1
        assert said in done.stderr
        assert f"with --study, and --start-from '{STUDY}'," in done.stderr
        assert not re.search("[0-9a-f]{16}", done.stderr)


def test_a_new_study_goes_on_as_advised(without_an_image, in_process):
    flags = ["--study", "second", "--start-from", STUDY, "--trials", "1"]
    done = in_process("search.run", *FLAGS, *flags, folder=without_an_image)
    assert done.returncode == 0, done.stderr
    assert "1 trained now, 1 in all" in done.stdout


def test_the_study_continues_when_the_image_is_back(searched, in_process):
    folder, _ = searched
    done = in_process("search.run", *FLAGS, "--trials", "1", folder=folder)
    assert done.returncode == 0 and "nothing is left to train" in done.stdout


def test_a_study_of_an_earlier_version_says_what_it_can(searched, without_an_image, in_process):
    """It stored no inventory, and it drew the validation images though there was a folder of them."""
    folder, _ = searched
    storage = optuna.storages.RDBStorage(f"sqlite:///{folder}/search.db")
    number = storage.get_study_id_from_name(STUDY)
    stored = storage.get_study_user_attrs(number)["inventory"]
    storage.set_study_user_attr(number, "inventory", {})
    done = in_process("search.run", *FLAGS, "--trials", "2", folder=folder)
    storage.set_study_user_attr(number, "inventory", stored)
    assert done.returncode == 1
    assert "was made with: the validation images are from val/ now. Put them back" in done.stderr

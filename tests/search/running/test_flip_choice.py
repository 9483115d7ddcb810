"""Who decides whether images are mirrored: an option, the study, the recipe, the data set, or a test."""

import dataclasses

import numpy as np
import optuna
import pytest

from search.optimizer.trials import attributes as attr
from search.running.flip_choice import (
    FlipChoice,
    choice_by,
    choice_in_study,
    choice_without_study,
    known_choice,
    store_choice,
)
from search.running.flip_choice import tested_choice as find_out
from search.training.datasets.dataset import make_dataset
from search.training.datasets.inventory import Inventory
from search.training.flip_evidence import FlipEvidence
from search.training.recipe import NOTEBOOK, ONE_CYCLE

PART = np.zeros((4, 4, 4, 1), np.uint8), np.array([0, 1, 0, 1])
FOLDER = make_dataset("pets", train=PART, validation=PART, class_names=("cat", "dog"), mirrorable=None)
CIFAR10 = dataclasses.replace(FOLDER, name="cifar10", mirrorable=True)
DIGITS = dataclasses.replace(FOLDER, name="digits", mirrorable=False)


@pytest.mark.parametrize("mirror", [True, False])
@pytest.mark.parametrize("recipe", [ONE_CYCLE, NOTEBOOK])
@pytest.mark.parametrize("dataset", [FOLDER, CIFAR10, DIGITS])
def test_the_option_decides_everywhere(mirror, recipe, dataset):
    choice = choice_without_study(mirror, recipe, dataset)
    assert choice == FlipChoice(mirror, "--mirror decides" if mirror else "--no-mirror decides")


@pytest.mark.parametrize(
    ("recipe", "dataset", "words"),
    [
        (ONE_CYCLE, CIFAR10, "Images are mirrored at random: a mirrored image of cifar10 keeps its class."),
        (ONE_CYCLE, DIGITS, "Images are not mirrored: a mirrored image of digits may lose its class."),
        (NOTEBOOK, FOLDER, "Images are not mirrored: recipe notebook changes no images."),
    ],
)
def test_otherwise_the_recipe_and_the_data_set_do(recipe, dataset, words):
    assert choice_without_study(None, recipe, dataset).words() == words


def test_a_folder_says_nothing():
    assert choice_without_study(None, ONE_CYCLE, FOLDER) is None


def study_with(**attributes):
    study = optuna.create_study(study_name="mine", storage=optuna.storages.InMemoryStorage())
    for name, value in attributes.items():
        study.set_user_attr(name, value)
    return study


def choice_of(study, mirror=None, dataset=FOLDER, recipe=ONE_CYCLE):
    return known_choice(mirror, recipe, dataset, study="mine", storage=study._storage)


def test_a_study_keeps_its_decision():
    study = study_with(settings={"mirror": False})
    store_choice(FlipChoice(False, "arrows"), study)
    store_choice(FlipChoice(True, "another"), study)
    assert choice_of(study) == FlipChoice(False, "arrows")
    assert choice_of(study, mirror=False) == FlipChoice(False, "arrows")  # what decided is not forgotten
    assert choice_of(study, mirror=True).flip is True  # and is refused, see test_differences


@pytest.mark.parametrize(
    ("settings", "dataset", "flip"),
    [({}, FOLDER, True), ({}, CIFAR10, True), ({}, DIGITS, False), ({"mirror": False}, CIFAR10, False)],
)
def test_a_study_without_a_stored_decision_goes_on_as_it_was_begun(settings, dataset, flip):
    assert choice_of(study_with(**{attr.SETTINGS: settings}), dataset=dataset).flip is flip


def settings_of(recipe=ONE_CYCLE, dataset="pets", **others):
    return {"recipe": dataclasses.asdict(recipe), "dataset": dataset, **others}


@pytest.mark.parametrize(
    ("attributes", "flip"),
    [
        ({attr.SETTINGS: settings_of(mirror=False), attr.FLIP_CHOICE: {"flip": False, "reason": "arrows"}}, False),
        ({attr.SETTINGS: settings_of()}, True),  # of version 0.2
        ({attr.SETTINGS: settings_of(dataset="plants")}, None),
        ({attr.SETTINGS: settings_of(), attr.INVENTORY: {"files": {"cow": [9, "0"]}, "validation": "val/"}}, None),
        ({attr.SETTINGS: settings_of(NOTEBOOK)}, None),
    ],
)
def test_a_comparison_takes_the_decision_of_a_study_of_its_images(attributes, flip):
    dataset = dataclasses.replace(FOLDER, inventory=Inventory(class_sizes=(4, 4), test_size=0))
    choice = choice_in_study(study_with(**attributes), dataset)
    assert choice == (None if flip is None else FlipChoice(flip, "as in study 'mine'"))


def test_a_study_that_was_never_made_is_new():
    assert choice_of(study_with()) is None
    assert known_choice(None, ONE_CYCLE, FOLDER, study="new", storage=optuna.storages.InMemoryStorage()) is None


def evidence(right, lost):
    return FlipEvidence(("left", "right"), (60, 60), (right, right), (lost, lost), (0, 0))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            evidence(57, 45),
            "Images are not mirrored: of 120 unseen images, a network recognises 95 % as they are and 20 % mirrored "
            "(--mirror overrides).",
        ),
        (
            evidence(57, 0),
            "Images are mirrored at random: of 120 unseen images, a network recognises 95 % as they are and 95 % "
            "mirrored (--no-mirror overrides).",
        ),
        (
            evidence(30, 0),
            "Images are not mirrored: whether that is safe remains open, since of 120 unseen images, a network "
            "recognises 50 % as they are and 50 % mirrored (--mirror overrides).",
        ),
    ],
)
def test_a_test_decides_and_gives_its_figures(found, words):
    assert choice_by(found).words() == words


def test_a_test_that_fails_mirrors_nothing():
    said = []
    choice = find_out(FOLDER, seed=0, say=said.append)
    assert said == ["Two short trainings find out whether mirrored images keep their class."]
    assert not choice.flip and "has failed" in choice.reason and "8 pixels" in choice.reason

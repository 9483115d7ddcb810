"""What is searched, and what a study stores of it: as earlier versions stored it, so that their studies continue."""

import dataclasses

import numpy as np
import pytest

from search.cli.search_config import SearchConfig
from search.cli.settings import Role
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.run import search_config
from search.running.search_task import SearchTask, load_task, space_version, study_settings, with_stored_epochs
from search.training.datasets import load
from search.training.recipe import RECIPES
from spaces.catalogue import SPACES

DIGITS = ["--dataset", "digits", "--train-limit", "300"]


def settings(*arguments):
    config = search_config([*DIGITS, *arguments])
    return study_settings(load_task(config), config)


def test_the_task_follows_from_the_configuration():
    config = search_config(
        [*DIGITS, "--max-flops", "8M", "--max-params", "2k", "--epochs", "4", "--recipe", "notebook"]
    )
    task = load_task(config)
    assert (task.dataset.name, len(task.dataset.train_images)) == ("digits", 300)
    assert (
        isinstance(task.problem.space, SPACES["hybrid"]) and task.problem.space.input_shape == task.dataset.input_shape
    )
    assert task.problem.caps == Caps(flops=8e6, parameters=2e3)
    assert (task.recipe, task.problem.ladder.rungs) == (RECIPES["notebook"], (4,))


def test_a_study_stores_what_makes_results_comparable():
    assert settings("--epochs", "9", "--recipe", "notebook", "--seed", "3") == {
        "space": "hybrid",
        "space_version": "65e00ccd",
        "dataset": "digits",
        "image_size": None,
        "train_limit": 300,
        "seed": 3,
        "images": "04aaf5385b3079f2",
        "recipe": {
            "name": "notebook",
            "optimizer": "adam",
            "learning_rate": 0.001,
            "schedule": "constant",
            "warmup": 0.25,
            "momentum": 0.9,
            "matrix_rate": 0.0,
            "weight_decay": 0.0,
            "clip_norm": 0.0,
            "batch_size": 128,
            "label_smoothing": 0.0,
            "crop": 0,
            "flip": False,
        },
        "epochs": 9,
        "rungs": [9],
    }


def rungs(*arguments, stored=None):
    """Of three steps an epoch, as the first search of a study, or when it is continued with these settings."""
    config = search_config(["--dataset", "photos", *arguments])
    dataset = dataclasses.replace(load("digits"), train_images=np.zeros((400, 8, 8, 1), np.uint8))
    task = SearchTask(dataset, Problem(None, Ladder((1,))), RECIPES["one-cycle"])
    return with_stored_epochs(task, config, stored or {}).problem.ladder.rungs


def test_a_new_study_has_the_rungs_that_its_images_need():
    assert rungs() == (67, 200)
    assert rungs("--no-rungs") == (200,)
    assert rungs("--epochs", "9") == (1, 3, 9)


def test_a_study_keeps_its_rungs():
    stored = {"epochs": 200, "rungs": [67, 200]}
    assert rungs(stored=stored) == rungs("--epochs", "200", stored=stored) == (67, 200)
    assert rungs("--no-rungs", stored={"epochs": 200, "rungs": [200]}) == (200,)


def test_a_study_of_an_earlier_version_keeps_its_epochs():
    stored = {"epochs": 9, "rungs": [1, 3, 9]}
    assert rungs(stored=stored) == rungs("--epochs", "9", stored=stored) == (1, 3, 9)
    assert rungs("--no-rungs", stored={"epochs": 9, "rungs": [9]}) == (9,)


def test_so_do_studies_of_the_digits():
    assert load_task(search_config(DIGITS)).problem.ladder.rungs == (10,)
    config = search_config(DIGITS)
    assert with_stored_epochs(load_task(config), config, {"epochs": 4}).problem.ladder.rungs == (4,)


def test_what_is_asked_for_wins_over_what_is_stored():
    stored = {"epochs": 9, "rungs": [1, 3, 9]}
    assert rungs("--epochs", "100", stored=stored) == (11, 33, 100)
    assert rungs("--no-rungs", stored=stored) == (9,)


def test_another_objective_is_stored_and_the_first_one_is_not():
    assert "objective" not in settings()
    assert settings("--objective", "latency") == settings() | {"objective": "latency"}


def test_mirrored_images_are_stored_where_they_differ_from_what_the_first_studies_did():
    assert settings("--no-mirror") == settings()
    assert settings("--mirror") == settings() | {"mirror": True}


COMPARABLE = {
    "space": ["--space", "tests.spaces.hypermodels:sized"],
    "objective": ["--objective", "latency"],
    "seed": ["--seed", "1"],
    "recipe": ["--recipe", "notebook"],
    "mirror": ["--mirror"],
    "epochs": ["--epochs", "3"],
    "train_limit": ["--train-limit", "200"],
}


@pytest.mark.parametrize("name", COMPARABLE)
def test_a_comparable_setting_changes_what_is_stored(name):
    assert settings(*COMPARABLE[name]) != settings()


def test_other_settings_do_not_change_what_is_stored():
    others = "--trials 7 --sampler random --max-flops 8M --min-flops 1k --max-params 9M --workers 3 --max-failures 2"
    others += " --study mine --storage sqlite:///x.db --tracking-uri http://x --experiment e --worker-timeout 5"
    assert settings(*others.split()) == settings()


def test_the_comparable_settings_are_these():
    roles = {name: field.metadata["role"] for name, field in SearchConfig.__dataclass_fields__.items()}
    comparable = {name for name, role in roles.items() if role is Role.COMPARABLE}
    assert comparable == COMPARABLE.keys() | {"dataset", "image_size", "color_mode", "no_rungs"}


def test_a_version_of_a_space_changes_with_its_networks_and_its_source():
    hybrid = SPACES["hybrid"](input_shape=(8, 8, 1), classes=10)
    assert space_version(hybrid) == space_version(SPACES["hybrid"](input_shape=(8, 8, 1), classes=10))
    assert space_version(hybrid) != space_version(SPACES["hybrid"](input_shape=(8, 8, 1), classes=9))
    edited = SPACES["hybrid"](input_shape=(8, 8, 1), classes=10)
    edited.version = "another source"
    assert space_version(hybrid) != space_version(edited)

"""The configuration of a search: defaults that depend on others, what MLflow shows, and what contradicts itself."""

import dataclasses

import pytest

from search.cli.location import StudyLocation
from search.cli.search_config import SearchConfig
from search.cli.settings import Role, shown_settings
from search.errors import UsageError
from search.run import parser, search_config

SHOWN = {
    "space": "hybrid",
    "sampler": "known-cost",
    "objective": "flops",
    "max_flops": 25e6,
    "min_flops": None,
    "max_params": None,
    "start_from": None,
    "seed": 0,
    "workers": None,
    "recipe": "one-cycle",
    "epochs": None,
    "no_rungs": False,
    "train_limit": None,
    "dataset": "cifar10",
    "image_size": None,
}


@pytest.mark.parametrize(
    ("arguments", "different"),
    [
        ([], {}),
        (["--dataset", "digits"], {"dataset": "digits", "epochs": 10, "no_rungs": True}),
        (["--dataset", "photos", "--image-size", "64"], {"dataset": "photos", "image_size": 64, "max_flops": 1e8}),
        (["--image-size", "16"], {"image_size": 16}),
        (
            "--max-flops none --no-rungs --workers 3 --start-from a --min-flops 1M --max-params 2k".split(),
            {
                "max_flops": None,
                "no_rungs": True,
                "workers": 3,
                "start_from": "a",
                "min_flops": 1e6,
                "max_params": 2e3,
            },
        ),
        ("--trials 7 --tracking-uri http://x --worker-timeout 4 --cluster auto --worker-cpus 2".split(), {}),
        ("--study mine --storage sqlite:///x.db --experiment e --data-dir d --max-failures 3".split(), {}),
        (["--start-storage", "sqlite:///y.db"], {}),
    ],
)
def test_mlflow_shows_what_earlier_versions_showed(arguments, different):
    shown = shown_settings(search_config(arguments))
    assert shown == SHOWN | different
    assert list(shown) == list(SHOWN)


def test_epochs_that_are_given_are_used_on_digits_too():
    assert search_config(["--dataset", "digits", "--epochs", "3"]).epochs == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--min-flops", "9M", "--max-flops", "8M"], "--min-flops must be below --max-flops"),
        (["--min-flops", "26M"], "--min-flops must be below --max-flops"),
        (["--worker-cpus", "2"], "Give --cluster auto"),
        (["--worker-gpus", "0.25"], "Give --cluster auto"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        search_config(arguments)


def test_every_field_has_an_option_and_a_role():
    assert list(parser().config_options()) == [field.name for field in dataclasses.fields(SearchConfig)]
    assert all(isinstance(field.metadata["role"], Role) for field in dataclasses.fields(SearchConfig))


def test_a_configuration_can_not_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        search_config([]).trials = 3


def test_its_location():
    config = search_config(["--storage", "sqlite:///x.db", "--data-dir", "images"])
    assert config.location == StudyLocation(storage="sqlite:///x.db", data_dir="images")

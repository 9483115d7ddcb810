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
    "target": None,
    "max_ram": None,
    "max_flash": None,
    "start_from": None,
    "seed": 0,
    "workers": None,
    "recipe": "one-cycle",
    "mirror": None,
    "epochs": None,
    "no_rungs": False,
    "train_limit": None,
    "dataset": "cifar10",
    "image_size": None,
    "color_mode": "auto",
}


@pytest.mark.parametrize(
    ("arguments", "different"),
    [
        ([], {}),
        (["--dataset", "digits"], {"dataset": "digits", "no_rungs": True}),
        (["--dataset", "photos", "--image-size", "64"], {"dataset": "photos", "image_size": 64, "max_flops": 1e8}),
        (["--image-size", "16", "--color-mode", "rgb"], {"image_size": 16, "color_mode": "rgb"}),
        (["--mirror"], {"mirror": True}),
        (["--no-mirror"], {"mirror": False}),
        (
            "--max-flops none --no-rungs --workers 3 --start-from a --min-flops 1M --max-params 2k".split()
            + "--max-ram 64k --max-flash 0.5MB".split(),
            {
                "max_flops": None,
                "no_rungs": True,
                "workers": 3,
                "start_from": "a",
                "min_flops": 1e6,
                "max_params": 2e3,
                "max_ram": 65_536,
                "max_flash": 524_288,
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


@pytest.mark.parametrize("options", [["--max-ram", "64k"], ["--max-flash", "1M"], ["--objective", "ram"]])
def test_ram_and_flash_of_a_hypermodel_are_unknown(options):
    with pytest.raises(UsageError, match=f"so --space nets:build goes without {' '.join(options[-1:])}|{options[0]}"):
        search_config(["--space", "nets:build", *options])


@pytest.mark.parametrize(
    ("arguments", "name", "ram", "flash"),
    [
        (["--target", "nucleo-l432kc"], "nucleo-l432kc", 36, 128),
        (["--target", "L432", "--max-ram", "20k"], "nucleo-l432kc", 20, 128),
        (["--target", "pico", "--max-flash", "100k"], "pico", 148.5, 100),
    ],
)
def test_a_board_limits_what_has_no_other_limit(arguments, name, ram, flash):
    config = search_config(arguments)
    assert (config.target, config.max_ram / 1024, config.max_flash / 1024) == (name, ram, flash)
    shown = {"target": name, "max_ram": config.max_ram, "max_flash": config.max_flash}
    assert shown_settings(config) == SHOWN | shown


def test_epochs_that_are_given_are_used_on_digits_too():
    assert search_config(["--dataset", "digits", "--epochs", "3"]).epochs == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--min-flops", "9M", "--max-flops", "8M"], "--min-flops must be below --max-flops"),
        (["--min-flops", "26M"], "--min-flops must be below --max-flops"),
        (["--target", "uno"], "--target: must be one of the boards nucleo-l432kc, .*; got 'uno'"),
        (["--target", "pico", "--space", "my_nets:Mine"], "my_nets:Mine goes without --target"),
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

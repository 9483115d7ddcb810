"""The configuration of a replay."""

import dataclasses

import pytest

from search.cli.replay_config import ReplayConfig
from search.errors import UsageError
from search.replay import parser


def config(*arguments):
    return ReplayConfig.from_options(vars(parser().parse_args(["--table", "table.csv", *arguments])))


def test_every_field_has_an_option_with_its_default():
    assert {field.name for field in dataclasses.fields(ReplayConfig)} == parser().config_options().keys()
    assert config() == ReplayConfig(table="table.csv")


def test_several_numbers_of_workers():
    assert config("--workers", "1", "4").workers == (1, 4)


@pytest.mark.parametrize("percent", ["100", "101"])
def test_a_reference_accuracy_is_below_100_percent(percent):
    with pytest.raises(UsageError, match="below 100 percent"):
        config("--reference-accuracy", percent)


@pytest.mark.parametrize("option", ["--budget", "--reference-accuracy"])
def test_amounts_are_numbers(option):
    with pytest.raises(UsageError, match="must be a positive number"):
        config(option, "none")

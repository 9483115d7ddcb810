"""The configuration of a comparison."""

import dataclasses

import pytest

from search.cli.compare_config import CompareConfig
from search.compare import parser
from search.errors import UsageError


def config(*arguments):
    return CompareConfig.from_options(vars(parser().parse_args(["--output", "out", *arguments])))


def test_every_field_has_an_option_with_its_default():
    assert {field.name for field in dataclasses.fields(CompareConfig)} == parser().config_options().keys()
    assert config() == CompareConfig(output="out")


def test_each_network_and_recipe_counts_once():
    made = config("--networks", "ResNet-8", "StandardCNN", "ResNet-8", "--recipes", "notebook", "notebook")
    assert (made.networks, made.recipes) == (("ResNet-8", "StandardCNN"), ("notebook",))


def test_networks_may_come_from_exports_or_a_study_alone():
    assert config("--networks", "--exported", "a", "b").exported == ("a", "b")
    assert config("--networks", "--study", "mine").networks == ()


def test_nothing_to_compare_is_refused():
    with pytest.raises(UsageError, match="there is nothing to compare"):
        config("--networks")

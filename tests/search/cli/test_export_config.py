"""The configuration of an export: which network it picks, and in which formats."""

import dataclasses

import pytest

from search.cli.export_config import ExportConfig
from search.devices.formats import FORMATS
from search.errors import UsageError
from search.export import parser


def config(*arguments):
    return ExportConfig.from_options(vars(parser().parse_args(["--output", "out", *arguments])))


@pytest.mark.parametrize(
    ("arguments", "pick", "trial"),
    [
        ([], "knee", None),
        (["--max-flops", "4M"], "best", None),
        (["--max-params", "2k", "--pick", "knee"], "knee", None),
        (["--max-ram", "32k"], "best", None),
        (["--max-flash", "1M"], "best", None),
        (["--max-latency-ms", "none"], "knee", None),
        (["--target", "pico"], "best", None),
        (["--trial", "0"], None, 0),
    ],
)
def test_without_a_choice_it_is_the_knee_or_the_best_within_a_limit(arguments, pick, trial):
    assert (config(*arguments).pick, config(*arguments).trial) == (pick, trial)


@pytest.mark.parametrize(
    ("arguments", "formats"),
    [
        ([], ("keras",)),
        (["--formats", "litert", "keras", "litert"], ("litert", "keras")),
        (["--formats", "keras", "all"], tuple(FORMATS)),
    ],
)
def test_each_format_is_written_once(arguments, formats):
    assert config(*arguments).formats == formats


def test_a_trial_and_a_limit_contradict_each_other():
    with pytest.raises(UsageError, match="--trial names one network"):
        config("--trial", "3", "--max-params", "2k")


def test_every_field_has_an_option_with_its_default():
    assert {field.name for field in dataclasses.fields(ExportConfig)} == parser().config_options().keys()
    assert config() == ExportConfig(output="out", pick="knee")


def test_the_whole_front():
    assert config("--pick", "front").whole_front and not config().whole_front

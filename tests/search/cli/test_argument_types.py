"""Types of arguments: what they accept, what they make of it, and what they refuse."""

import argparse

import pytest

from search.cli import argument_types

ALIASES = [
    "best",
    "a-b_c",
    "größte",
    "latest",
    "LATEST",
    "v3",
    "V12",
    "v3a",
    "",
    "a b",
    "a/b",
    "x" * 255,
    "x" * 256,
]


@pytest.mark.parametrize("text", ALIASES)
def test_an_alias_is_accepted_if_mlflow_accepts_it(text):
    """Refused at once, not after hours of training."""
    from mlflow.exceptions import MlflowException
    from mlflow.utils.validation import _validate_model_alias_name, _validate_model_alias_name_reserved

    try:
        _validate_model_alias_name(text)
        _validate_model_alias_name_reserved(text)
    except MlflowException:
        with pytest.raises(argparse.ArgumentTypeError, match="must be letters"):
            argument_types.alias(text)
    else:
        assert argument_types.alias(text) == text


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (argument_types.whole(1), "7", 7),
        (argument_types.whole(0, 9), "+9", 9),
        (argument_types.whole_or_auto(1, 9), "AUTO", None),
        (argument_types.whole_or_auto(1, 9), "3", 3),
        (argument_types.amount, "4M", 4e6),
        (argument_types.amount, ".5g", 5e8),
        (argument_types.amount, "2.5e3", 2500.0),
        (argument_types.amount, "None", None),
        (argument_types.amount_or_auto, "auto", "auto"),
        (argument_types.amount_or_auto, "none", None),
        (argument_types.memory, "65536", 65_536),
        (argument_types.memory, "64k", 65_536),
        (argument_types.memory, "64 KiB", 65_536),
        (argument_types.memory, "64kB", 65_536),
        (argument_types.memory, "0.5M", 524_288),
        (argument_types.memory, "100 bytes", 100),
        (argument_types.memory, "None", None),
        (argument_types.positive, "100", 100.0),
        (argument_types.share, "0", 0.0),
        (argument_types.share, ".99", 0.99),
        (argument_types.space("hybrid"), "hybrid", "hybrid"),
        (argument_types.space("hybrid"), "my.nets:Model", "my.nets:Model"),
        (argument_types.sampler, "tpe", "tpe"),
        (argument_types.sampler, "optuna.samplers:GPSampler", "optuna.samplers:GPSampler"),
        (argument_types.cluster_address, "auto", "auto"),
        (argument_types.cluster_address, "head-1.local:6379", "head-1.local:6379"),
        (argument_types.cluster_address, "[::1]:6379", "[::1]:6379"),
        (argument_types.ray_resource, "2", 2.0),
        (argument_types.ray_resource, "0.25", 0.25),
        (argument_types.uri, "http://host:5000", "http://host:5000"),
        (argument_types.name, "日本 🙂", "日本 🙂"),
    ],
)
def test_a_text_becomes_a_value(parse, text, value):
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (argument_types.whole(1), "0"),
        (argument_types.whole(1), "1.5"),
        (argument_types.whole(1), "9" * 16),
        (argument_types.whole(0, 9), "10"),
        (argument_types.amount, "-3"),
        (argument_types.amount, "1e999"),
        (argument_types.amount, "nan"),
        (argument_types.amount, "auto"),
        (argument_types.memory, "0"),
        (argument_types.memory, "0.0001k"),
        (argument_types.memory, "64 potatoes"),
        (argument_types.memory, "-1"),
        (argument_types.memory, "9" * 16),
        (argument_types.positive, "none"),
        (argument_types.positive, "0"),
        (argument_types.share, "1"),
        (argument_types.share, "-0.1"),
        (argument_types.space("hybrid"), "outer"),
        (argument_types.space("hybrid"), "my nets:Model"),
        (argument_types.space("hybrid"), "nets:"),
        (argument_types.sampler, "TPE"),
        (argument_types.sampler, "optuna.samplers.GPSampler"),
        (argument_types.sampler, "my_samplers:"),
        (argument_types.sampler, "x" * 10_000),
        (argument_types.cluster_address, "ray://host:10001"),
        (argument_types.ray_resource, "1.5"),
        (argument_types.uri, "http://host:port"),
        (argument_types.name, " "),
        (argument_types.name, "a\nb"),
        (argument_types.name, "x" * 201),
    ],
)
def test_what_is_refused_is_shown(parse, text):
    with pytest.raises(argparse.ArgumentTypeError, match="must be .*; got ") as raised:
        parse(text)
    assert len(str(raised.value)) < 300

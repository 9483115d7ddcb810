"""Which searches a command means."""

import pytest

from search.cli.argument_types import LARGEST_SEED
from search.errors import UsageError
from search.run import benchmark_config, search_config


@pytest.mark.parametrize(
    ("arguments", "samplers", "seeds"),
    [
        ([], ("known-cost",), [0]),
        (["--seeds", "3"], ("known-cost",), [0, 1, 2]),
        (["--seeds", "2", "--seed", "5", "--sampler", "tpe", "random", "tpe"], ("tpe", "random"), [5, 6]),
        (["--sampler", "tpe", "random"], ("tpe", "random"), [0]),
    ],
)
def test_a_search_for_each_seed_and_sampler(arguments, samplers, seeds):
    config = benchmark_config(arguments)
    assert (config.samplers, list(config.seeds)) == (samplers, seeds)
    assert config.is_one_search == (not arguments)
    searches = config.searches("mine")
    assert [(one.seed, one.sampler) for one in searches] == [(seed, name) for seed in seeds for name in samplers]
    assert searches[-1].study == f"mine-{samplers[-1]}-{seeds[-1]}"
    assert len({one.study for one in searches}) == len(searches)


def test_of_several_samplers_one_search_has_the_first():
    assert search_config(["--sampler", "tpe", "random"]).sampler == "tpe"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "x"], "--output is for several searches"),
        (["--seeds", "0"], "must be a whole number from 1 to 100"),
        (["--seeds", "2", "--seed", str(LARGEST_SEED)], "go up to seed 2,147,483,647"),
        (["--sampler"], "expected at least one argument"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        benchmark_config(arguments)


def test_a_name_that_becomes_too_long_is_refused():
    with pytest.raises(UsageError, match="has up to 200 characters; x+-known-cost-0 has 203. Give a shorter --study"):
        benchmark_config(["--seeds", "2"]).searches("x" * 190)


def test_a_file_names_samplers_and_seeds(tmp_path):
    (tmp_path / "five.toml").write_text('sampler = ["known-cost", "random"]\nseeds = 5\n')
    config = benchmark_config(["--config", str(tmp_path / "five.toml")])
    assert config.samplers == ("known-cost", "random") and len(config.seeds) == 5

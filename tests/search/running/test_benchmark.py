"""A benchmark of real searches, before anything is trained."""

import optuna
import pytest

from search.benchmarking import EPOCHS, FULL_TRAININGS
from search.cli.messages import console
from search.errors import SearchError
from search.run import benchmark_config, search_config
from search.running.benchmark import BenchmarkSession
from search.running.session import SearchSession
from tests.search.conftest import QUICK

BEGUN = "digits-hybrid-random-1"


@pytest.fixture
def flags(tmp_path, monkeypatch):
    """Of a project in which one search of the benchmark has begun and trained nothing."""
    monkeypatch.chdir(tmp_path)
    flags = [*QUICK, "--storage", f"sqlite:///{tmp_path}/search.db"]
    SearchSession(
        search_config([*flags, "--study", BEGUN, "--seed", "1", "--sampler", "random"]), console(), command=""
    )
    return flags


def session(*arguments):
    return BenchmarkSession(benchmark_config(arguments), console(), command="")


def test_only_searches_that_have_begun_are_in_the_result(flags, tmp_path):
    optuna.create_study(study_name="digits-hybrid-random-0", storage=f"sqlite:///{tmp_path}/search.db")  # another's
    result = session(*flags, "--seeds", "2", "--sampler", "known-cost", "random").result()
    [curve] = result.curves
    assert (result.name, curve.sampler, curve.seed) == ("digits-hybrid", "random", 1)
    assert result.samplers == ("random",)
    assert not curve.is_finished and len(curve.hypervolumes) == 0 and curve.total[EPOCHS] == 0
    assert [each.seeds for each in result.means("random", [1], unit=FULL_TRAININGS)] == [0]
    assert result.to_csv().splitlines() == ["benchmark,sampler,seed,unit,budget,hypervolume"]


def test_a_study_that_was_made_with_other_settings_stops_all(flags):
    with pytest.raises(SearchError, match=f"'{BEGUN}' was made with --epochs 1, not with --epochs 2"):
        session(*flags, "--epochs", "2", "--seeds", "2", "--sampler", "random")
    assert session(*flags, "--epochs", "2", "--seeds", "1", "--sampler", "random")


def test_where_nothing_has_begun_the_samplers_are_those_that_were_asked_for(flags):
    result = session(*flags, "--study", "new", "--seeds", "2", "--sampler", "known-cost", "random").result()
    assert result.samplers == ("known-cost", "random") and result.figure.png() and len(result.summary) == 2

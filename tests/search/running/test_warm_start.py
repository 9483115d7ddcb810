"""The earlier study that a new one is started from: taken over once, and not changed later."""

import optuna
import pytest

from search.cli.storage import open_storage
from search.errors import SearchError, UsageError
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.run import search_config
from search.running.warm_start import warm_start_of
from spaces.hybrid import HybridSpace

SPACE = HybridSpace(input_shape=(8, 8, 1), classes=10)


@pytest.fixture
def url(tmp_path):
    """A storage with the study `old`, which has one result."""
    url = f"sqlite:///{tmp_path}/search.db"
    study = new_study(url, "old")
    proposal = study.ask()
    study.record_epoch(proposal.number, (1, 0.5, 1.0, 0.1))
    study.record_rung(proposal.number, accuracy=0.5, seconds=1.0)
    return url


def new_study(url, name, *, warm_start=None):
    problem = Problem(SPACE, Ladder((1,)))
    return open_study(
        name, problem, storage=open_storage(url), sampler="random", seed=0, settings={}, warm_start=warm_start
    )


def taken_over(url, study, *arguments):
    config = search_config(["--storage", url, *arguments])
    return warm_start_of(config, study=study, storage=open_storage(url), space=SPACE)


def test_nothing_is_taken_over_unless_a_study_is_named(url):
    assert taken_over(url, "new") is None


def test_a_new_study_takes_over_results_and_an_existing_one_has_them(url):
    warm_start = taken_over(url, "new", "--start-from", "old")
    assert warm_start.study == "old" and len(warm_start.results) == 1
    new_study(url, "new", warm_start=warm_start)
    assert taken_over(url, "new", "--start-from", "old") is None


@pytest.mark.parametrize(
    ("study", "arguments", "error", "message"),
    [
        ("old", ["--start-from", "old"], UsageError, "can't start from itself"),
        ("new", ["--start-from", "none"], SearchError, "there is no study 'none'"),
        ("old", ["--start-from", "new"], SearchError, "exists and was started from nothing; got --start-from new"),
        ("new", ["--start-from", "old", "--start-storage", "sqlite:///gone.db"], SearchError, "no storage gone.db"),
    ],
)
def test_what_can_not_be_started_from_is_one_sentence(url, study, arguments, error, message):
    with pytest.raises(error, match=message):
        taken_over(url, study, *arguments)
    assert optuna.get_all_study_names(url) == ["old"]

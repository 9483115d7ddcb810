"""What a sampler that a user names may do wrong: a sentence before the search begins, or without a loss during it."""

import importlib.util
import warnings

import optuna
import pytest
from optuna.trial import TrialState

from search.errors import SearchError
from search.optimizer.sampler.registry import check_sampler, rehearse_sampler
from search.optimizer.trials import attributes as attr
from tests.search.optimizer.sampler.users_sampler import class_with, toy_problem, toy_study, train

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("Mine = RandomSampler()", "is one sampler, and a search makes a new one for each proposal"),
        ("Mine = GridSampler", "needs the arguments search_space, which --sampler can't give. Name a function"),
        ("Mine = dict", "is not a sampler: it must be a class that derives from optuna.samplers.BaseSampler"),
        ("Mine = 7", "is not a sampler"),
        ("Mine = optuna", "is not a sampler"),
        ("def Mine(): pass", "must make a sampler, .* it made None"),
        ("def Mine(seed, /): pass", "needs the arguments seed"),
        ("Mine = BaseSampler", "can't be made: TypeError: Can't instantiate abstract class"),
        (
            class_with("__init__(self): raise RuntimeError('no licence')"),
            "can't be made: RuntimeError: no licence. Correct",
        ),
        (
            class_with("__init__(self): import no_such_package.part"),
            "it needs the package no_such_package, which is not",
        ),
        ("from search.optimizer import KnownCostSampler as Mine", "knows its costs already: use --sampler known-cost"),
    ],
)
def test_what_makes_no_sampler_is_refused_in_a_sentence(named, source, message):
    with pytest.raises(SearchError, match=message) as caught:
        check_sampler(named(source))
    assert "users_own:Mine" in str(caught.value)


SAMPLES = "sample_independent(self, study, trial, name, distribution): "


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("Mine = CmaEsSampler", "for accuracy and a cost: ValueError: .*multi-objective"),
        ("def Mine(): return GridSampler({'width1': [8]})", "ValueError: The parameter name, width2, is not found"),
        ("def Mine(): return GridSampler({f'width{i}': [9] for i in (1, 2, 3)})", "ValueError: '?9'? not in"),
        (class_with(SAMPLES + "return 9"), "width1 must be a value of .*choices=.8, 16, 32, 64.*; it proposed 9"),
        (class_with(SAMPLES + "return None"), "it proposed None"),
        (class_with(SAMPLES + "raise optuna.TrialPruned('no')"), "TrialPruned: no"),
        (class_with(SAMPLES + "return study.get_trials(states=[STATE.PRUNED])[0].values[0]"), "'NoneType' object"),
        (class_with(SAMPLES + "return 1 // (len(study.get_trials(states=[STATE.COMPLETE])) < 10)"), "ZeroDivision"),
        (class_with("sample_relative(self, study, trial, space): return None"), "must return a dict; it returned None"),
        (
            class_with("sample_relative(self, study, trial, space): return {'x': 1}"),
            "returned 'x', which is not in its",
        ),
        (class_with("infer_relative_search_space(self, study, trial): return 7"), "TypeError: 'int' object"),
        (class_with("before_trial(self, study, trial): 1 / 0"), "ZeroDivisionError"),
        (class_with("before_trial(self, study, trial): exit(4)"), "SystemExit: 4"),
    ],
)
def test_what_can_not_propose_is_refused_before_a_search(named, source, message):
    name = named(source)
    check_sampler(name)
    with pytest.raises(SearchError, match=message) as caught:
        rehearse_sampler(name, toy_problem())
    assert str(caught.value).startswith("the sampler users_own:Mine can't propose a network")
    assert str(caught.value).endswith("or name another with --sampler.")


def test_a_missing_package_of_one_of_optunas_is_named():
    """PyTorch is none of this program's packages."""
    if importlib.util.find_spec("torch"):
        rehearse_sampler("optuna.samplers:GPSampler", toy_problem())
        return
    with pytest.raises(SearchError, match="it needs the package torch, which is not installed. Install it, or name"):
        rehearse_sampler("optuna.samplers:GPSampler", toy_problem())


@pytest.mark.parametrize("name", ["TPESampler", "NSGAIIISampler", "BruteForceSampler", "QMCSampler", "RandomSampler"])
def test_those_of_optuna_that_can_search_are_not_refused(name):
    rehearse_sampler(f"optuna.samplers:{name}", toy_problem())


def test_nobody_is_told_of_a_rehearsal(capfd):
    optuna.logging.set_verbosity(optuna.logging.INFO)
    rehearse_sampler("optuna.samplers:TPESampler", toy_problem())
    assert capfd.readouterr() == ("", "")
    assert optuna.logging.get_verbosity() == optuna.logging.INFO


def test_an_error_during_a_search_ends_it_and_loses_nothing(named):
    storage = optuna.storages.InMemoryStorage()
    name = named(class_with(SAMPLES + "return distribution.choices[1 // (7 - trial.number)]"))
    with pytest.raises(SearchError, match="the sampler users_own:Mine can't propose a network.*ZeroDivisionError"):
        train(toy_study(name, storage=storage), 20)
    study = toy_study("random", storage=storage)
    [failed] = [trial for trial in study.trials() if trial.state == TrialState.FAIL]
    assert failed.number == 7 and "ZeroDivisionError" in failed.user_attrs[attr.REASON]
    trained = study.trained_so_far()
    assert trained == len(study.complete_trials()) > 0
    assert len(train(study, trained + 3)) == 3


def test_a_queued_network_needs_no_sampler(named):
    name = named(class_with("before_trial(self, study, trial): 1 / 0"))
    study = toy_study(name)
    assert study.ask().architecture.widths == (8, 8, 8)
    with pytest.raises(SearchError, match="ZeroDivisionError"):
        study.ask()


def test_an_error_after_a_trial_is_told_once_and_costs_no_result(named):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        study = toy_study(named(class_with("after_trial(self, study, trial, state, values): 1 / 0")))
        train(study, 4)
    assert len(study.complete_trials()) == 4
    [text] = [str(warning.message) for warning in caught if "users_own" in str(warning.message)]
    assert text.startswith("the sampler users_own:Mine has raised an error in after_trial (ZeroDivisionError")

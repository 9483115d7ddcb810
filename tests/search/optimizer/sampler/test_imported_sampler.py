"""Any of Optuna's samplers by its module and name: against Optuna itself, and with what a user's own may do wrong."""

import importlib.util
import itertools
import json
import sys
import warnings

import optuna
import pytest
from optuna.trial import TrialState

from search.errors import SearchError
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.registry import check_sampler, rehearse_sampler, trial_seed
from search.optimizer.study.opening import open_study
from search.optimizer.study.starter import SpaceExhausted
from search.optimizer.trials import attributes as attr
from tests.toy_space import ToySpace, fake_accuracy

HEADER = """
import numpy as np
import optuna
from optuna.samplers import *

"""
WIDTHS = (8, 16, 32, 64)


@pytest.fixture
def named(tmp_path, monkeypatch):
    """Writes a user's module into the current directory, and gives the name of the `Mine` in it."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)

    def write(source):
        (tmp_path / "users_own.py").write_text(HEADER + source)
        return "users_own:Mine"

    yield write
    sys.modules.pop("users_own", None)


def class_with(method, base="RandomSampler"):
    return f"class Mine({base}):\n    def {method}\n"


@pytest.fixture
def quiet():
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    yield
    optuna.logging.set_verbosity(before)


pytestmark = pytest.mark.usefixtures("quiet")


def toy_problem(widths=WIDTHS, **options):
    return Problem(ToySpace(widths), Ladder((3,)), **options)


def toy_study(sampler, *, storage=None, seed=0, **options):
    storage = storage or optuna.storages.InMemoryStorage()
    return open_study("toy", toy_problem(**options), storage=storage, sampler=sampler, seed=seed, settings={})


def train(study, total):
    """Widths of the networks that are handed out until the study has its total."""
    widths = []
    while (proposal := study.ask(total)) is not None:
        study.record_rung(proposal.number, accuracy=fake_accuracy(proposal.architecture), seconds=1.0)
        widths.append(proposal.architecture.widths)
    return widths


def proposed(study):
    """Params of every trial, those that were never trained included."""
    return [trial.params for trial in study.trials()]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("tpe-default", "Mine = TPESampler"),
        ("tpe", "def Mine(seed):\n    return TPESampler(multivariate=True, group=True, seed=seed)"),
        (
            "tpe",
            class_with(
                "__init__(self, **o):\n        super().__init__(multivariate=True, group=True, **o)", "TPESampler"
            ),
        ),
        ("nsga2", "import functools\nMine = functools.partial(NSGAIISampler, population_size=20)"),
        ("random", "class Mine(RandomSampler):\n    pass"),
    ],
)
def test_it_proposes_what_the_samplers_with_names_do(named, name, source):
    caps = Caps(flops=20_000)
    by_name, by_reference = toy_study(name, seed=3, caps=caps), toy_study(named(source), seed=3, caps=caps)
    assert train(by_name, 20) == train(by_reference, 20)
    assert proposed(by_name) == proposed(by_reference)
    assert [trial.state for trial in by_name.trials()] == [trial.state for trial in by_reference.trials()]


def test_it_proposes_what_optuna_would():
    study = toy_study("optuna.samplers:TPESampler", seed=5)
    train(study, 25)
    for trial in [trial for trial in study.trials() if attr.START_POINT not in trial.user_attrs]:
        sampler = optuna.samplers.TPESampler(seed=trial_seed(5, trial.number))
        alone = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
        alone.add_trials(study.trials()[: trial.number])
        assert alone.ask(trial.distributions).params == trial.params


def test_a_users_sampler_proposes_exactly_what_it_says(named):
    """It counts in base four, from the trial's number on; the study's first trial is the start point."""
    name = named(
        class_with(
            "sample_independent(self, study, trial, name, distribution):\n"
            "        digit = int(name[-1]) - 1\n"
            "        return distribution.choices[trial.number // 4**digit % 4]"
        )
    )
    counted = [tuple(WIDTHS[number // 4**digit % 4] for digit in range(3)) for number in range(12)]
    assert train(toy_study(name), 12) == [(8, 8, 8), *counted[1:]]


def test_a_continued_study_proposes_what_an_unbroken_one_would():
    storage = optuna.storages.InMemoryStorage()
    parts = [toy_study("optuna.samplers:TPESampler", storage=storage) for _ in range(2)]
    whole = train(toy_study("optuna.samplers:TPESampler"), 20)
    assert train(parts[0], 7) + train(parts[1], 20) == whole


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ("seed, study_seed", lambda trials: (trial_seed(4, trials), 4)),
        ("seed=0, *, study_seed=0", lambda trials: (trial_seed(4, trials), 4)),
        ("study_seed, n=5", lambda trials: (4, 5)),
        ("", lambda trials: ()),
    ],
)
def test_seeds_are_given_to_whom_has_an_argument_for_them(named, arguments, given):
    source = (
        f"GIVEN = []\ndef Mine({arguments}):\n    GIVEN.append(tuple(locals().values()))\n    return RandomSampler()\n"
    )
    study = toy_study(named(source), seed=4)
    train(study, 3)
    decisions = range(len(study.trials()))  # The start point is queued from the beginning.
    assert sys.modules["users_own"].GIVEN == list(map(given, (max(1, trials) for trials in decisions)))  # noqa: SIM300


def test_a_grid_is_searched_to_its_end_and_then_stops(named):
    name = named("def Mine():\n    return GridSampler({f'width{i}': [8, 32] for i in (1, 2, 3)})")
    study = toy_study(name, caps=Caps(flops=17_000))
    with pytest.raises(SpaceExhausted, match=f"the sampler {name} has stopped the search after 7 networks"):
        train(study, 50)
    trained = {tuple(trial.params.values()) for trial in study.complete_trials()}
    assert trained == set(itertools.product([8, 32], repeat=3)) - {(32, 32, 32)}  # 19,200 FLOPs


def test_a_scrambled_sobol_sequence_follows_the_studys_seed(named):
    from scipy.stats import qmc

    name = named("def Mine(study_seed):\n    return QMCSampler(scramble=True, seed=study_seed)")
    study = toy_study(name, seed=9)
    train(study, 9)
    later = [tuple(trial.params.values()) for trial in study.trials() if attr.START_POINT not in trial.user_attrs]
    points = qmc.Sobol(3, scramble=True, seed=9).random(16)
    sequence = [tuple(WIDTHS[int(4 * x)] for x in point) for point in points]
    assert later == sequence[: len(later)]


def test_one_network_again_and_again_leaves_the_search_to_random_ones(named):
    study = toy_study(named(class_with("sample_independent(self, s, t, n, d):\n        return d.choices[1]")))
    widths = train(study, 5)
    assert widths[:2] == [(8, 8, 8), (16, 16, 16)] and len(set(widths)) == 5
    repeated = [trial for trial in study.trials() if attr.REPEATS in trial.user_attrs]
    assert len(repeated) == 3 * 20 and all(trial.state == TrialState.PRUNED for trial in repeated)


def test_over_the_cap_only_leaves_the_search_to_random_ones(named):
    name = named(class_with("sample_independent(self, s, t, n, d):\n        return d.choices[-1]"))
    study = toy_study(name, caps=Caps(flops=20_000))
    assert all(200 * sum(widths) <= 20_000 for widths in train(study, 3))
    assert sum(trial.constraints.get("max_flops", 0) > 0 for trial in study.trials()) == 2 * 20


def test_numbers_of_numpy_become_the_spaces_own(named):
    source = class_with("sample_independent(self, s, t, n, d):\n        return np.array(d.choices)[t.number % 4]")
    study = toy_study(named(source))
    widths = train(study, 3)
    assert all(type(width) is int for network in widths for width in network)
    assert json.dumps(proposed(study))


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
        (class_with(SAMPLES + "return max(t.values[0] for t in study.trials)"), "TypeError: 'NoneType' object"),
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


def test_an_error_amid_a_search_ends_it_and_loses_nothing(named):
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

"""Any of Optuna's samplers, or a user's own, by its module and name: it proposes what it would in Optuna."""

import itertools
import json
import sys

import optuna
import pytest
from optuna.trial import TrialState

from search.optimizer.networks.caps import Caps
from search.optimizer.sampler.registry import trial_seed
from search.optimizer.study.starter import SpaceExhausted
from search.optimizer.trials import attributes as attr
from tests.search.optimizer.sampler.users_sampler import WIDTHS, class_with, toy_study, train

pytestmark = pytest.mark.usefixtures("quiet")


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

"""The learnt search space: it asks for the params that the objective would suggest."""

from random import Random

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from search.optimizer.define_by_run.search_space import SearchSpace, learn
from search.optimizer.networks.hyperparameters import RandomHyperParameters, StoredHyperParameters


def flat(trial):
    trial.suggest_float("a", 0, 1)
    trial.suggest_int("b", 1, 9, step=2)


def by_kind(trial):
    if trial.suggest_categorical("kind", ["none", "one", "two"]) != "none":
        trial.suggest_float("first", 0, 1)
    if trial.params["kind"] == "two":
        trial.suggest_float("second", 0, 1)


def by_boolean_or_none(trial):
    if trial.suggest_categorical("flag", [True, False, None]):
        trial.suggest_float("if_true", 0, 1)
    elif trial.params["flag"] is None:
        trial.suggest_float("if_none", 0, 1)


def loop(trial):
    for index in range(trial.suggest_int("n", 0, 6)):
        trial.suggest_float(f"x{index}", 0, 1)


def nested(trial):
    if trial.suggest_categorical("outer", ["a", "b"]) == "a":
        if trial.suggest_categorical("inner", ["c", "d"]) == "d":
            trial.suggest_int("depth", 1, 3)
    else:
        loop(trial)


def by_two(trial):
    left, right = (trial.suggest_categorical(name, [0, 1]) for name in ("left", "right"))
    if left and right:
        trial.suggest_float("both", 0, 1)


def by_threshold(trial):
    if trial.suggest_float("x", 0, 1) > 0.5:
        trial.suggest_float("y", 0, 1)


def trials_of(objective, n=60, seed=0):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    for _ in range(n):
        trial = study.ask()
        objective(trial)
        study.tell(trial, 0.0)
    return study.get_trials()


def names_that_the_objective_suggests(objective, params):
    trial = optuna.trial.FixedTrial(dict(params) | {f"x{index}": 0.5 for index in range(9)})
    try:
        objective(trial)
    except ValueError:
        return None
    return set(trial.params)


@pytest.mark.parametrize("objective", [flat, by_kind, by_boolean_or_none, loop, nested, by_two])
def test_random_params_of_the_learnt_space_are_those_of_the_objective(objective):
    space = learn(trials_of(objective))
    for seed in range(200):
        hp = RandomHyperParameters(Random(seed))
        space.suggest(hp, {})
        assert names_that_the_objective_suggests(objective, hp.values) == set(hp.values)


def test_a_threshold_is_found_as_near_as_the_trials_show():
    trials = trials_of(by_threshold)
    space = learn(trials)
    above, below = (
        [trial.params["x"] for trial in trials if ("y" in trial.params) == has_y] for has_y in (True, False)
    )
    for x, has_y in ((0.1, False), (max(below), False), (min(above), True), (0.9, True)):
        hp = StoredHyperParameters({"x": x, "y": 0.0})
        space.suggest(hp, {})
        assert ("y" in hp.values) == has_y


def test_a_number_that_no_trial_had_gets_the_params_of_its_larger_neighbour():
    trials = [trial for trial in trials_of(loop, 100) if trial.params["n"] != 3]
    space = learn(trials)
    hp = StoredHyperParameters({"n": 3, **{f"x{index}": 0.5 for index in range(6)}})
    space.suggest(hp, {})
    assert set(hp.values) == {"n", "x0", "x1", "x2", "x3"}


@pytest.mark.parametrize("low", [0, 5])
def test_the_newest_distribution_and_the_newest_params_count(low):
    def before(trial):
        trial.suggest_float("x", 0, 1)
        trial.suggest_float("gone", 0, 1)

    def after(trial):
        trial.suggest_float("x", low, 9)
        trial.suggest_categorical("new", ["a", "b"])

    space = learn([*trials_of(before, 20), *trials_of(after, 15)])
    hp = RandomHyperParameters(Random(0))
    space.suggest(hp, {})
    assert hp.distributions["x"] == FloatDistribution(low, 9)
    assert low == 0 or hp.distributions["new"] == CategoricalDistribution(["a", "b"])


def test_where_nothing_explains_a_difference_the_newest_trial_counts():
    def before(trial):
        trial.suggest_categorical("x", ["a", "b"])
        trial.suggest_float("gone", 0, 1)

    def after(trial):
        trial.suggest_categorical("x", ["a", "b"])

    assert set(learn([*trials_of(before, 20), *trials_of(after, 3)]).distributions) == {"x"}


def test_a_trial_that_failed_half_way_shows_what_there_is_and_not_what_there_is_not():
    study = optuna.create_study()
    trial = study.ask()
    trial.suggest_float("a", 0, 1)
    study.tell(trial, state=TrialState.FAIL)
    assert set(learn(study.get_trials()).distributions) == {"a"}
    space = learn([*trials_of(flat, 1), *study.get_trials()])
    assert set(space.distributions) == {"a", "b"} and not space.conditions
    assert learn([]) is None


def test_a_part_of_the_space_in_which_every_trial_fails_is_known():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(30):
        trial = study.ask()
        by_kind(trial)
        failed = trial.params["kind"] == "two"
        study.tell(trial, None if failed else 0.0, state=TrialState.FAIL if failed else TrialState.COMPLETE)
    space = learn(study.get_trials())
    for seed in range(50):
        hp = RandomHyperParameters(Random(seed))
        space.suggest(hp, {})
        assert names_that_the_objective_suggests(by_kind, hp.values) == set(hp.values)


def test_distributions_of_inactive_params_are_known():
    assert learn(trials_of(nested)).distributions == {
        "outer": CategoricalDistribution(["a", "b"]),
        "inner": CategoricalDistribution(["c", "d"]),
        "depth": IntDistribution(1, 3),
        "n": IntDistribution(0, 6),
        **{f"x{index}": FloatDistribution(0, 1) for index in range(6)},
    }


def test_spaces_whose_params_have_another_order_differ():
    """Random values are drawn in the order of the params."""
    width, rate = FloatDistribution(1.0, 2.0), FloatDistribution(0.0, 1.0)
    assert SearchSpace({"width": width, "rate": rate}, {}) == SearchSpace({"width": width, "rate": rate}, {})
    assert SearchSpace({"width": width, "rate": rate}, {}) != SearchSpace({"rate": rate, "width": width}, {})

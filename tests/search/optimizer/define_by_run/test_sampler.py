"""The known-cost sampler in a study of Optuna: caps, twins, the same seed, directions, spaces, arguments."""

import itertools
import math
import os
import pickle
import subprocess
import sys
import warnings

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

from search.optimizer import KnownCostSampler
from search.optimizer.pareto import Bounds, hypervolume
from tests.imports import ROOT
from tests.search.optimizer.define_by_run.toy_study import (
    MAX_WEIGHTS,
    error,
    objective,
    params_of,
    sampler,
    searched,
    suggest,
    weights,
)

BOUNDS = Bounds(1.0, 2.0, 9_000.0)


@pytest.fixture(autouse=True)
def nothing_is_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        yield


@pytest.mark.parametrize("max_cost", [MAX_WEIGHTS, 60.0, 10.0])
def test_no_trial_is_over_the_cap_once_the_space_is_known(max_cost):
    study = searched(KnownCostSampler(weights, max_cost=max_cost, seed=0), 14)
    assert {params["kind"] for params in params_of(study)[:3]} == {"dense", "sparse"}
    assert max(weights(params) for params in params_of(study)[3:]) <= max_cost


def test_no_trial_is_under_the_minimum_once_the_space_is_known():
    study = searched(KnownCostSampler(weights, min_cost=2_000, max_cost=4_000, seed=0), 14)
    assert all(2_000 <= weights(params) <= 4_000 for params in params_of(study)[2:])


def test_the_first_trial_alone_is_within_the_cap():
    def flat(trial):
        x, y = trial.suggest_int("x", 1, 100), trial.suggest_int("y", 1, 100)
        return x + y, x * y

    for seed in range(20):
        study = searched(KnownCostSampler(lambda p: p["x"] * p["y"], max_cost=500, seed=seed), 1, objective=flat)
        assert study.trials[0].values[1] <= 500


def test_the_same_seed_proposes_the_same_and_another_does_not():
    one, same, other = (params_of(searched(sampler(seed=seed), 9)) for seed in (1, 1, 2))
    assert one == same
    assert one[1:] != other[1:]


IN_ANOTHER_PROCESS = """
from tests.search.optimizer.define_by_run.toy_study import params_of, sampler, searched
print([sorted(params.items()) for params in params_of(searched(sampler(seed=1), 9))])
"""


def test_another_process_proposes_the_same():
    """Sets have another order there."""
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == repr([sorted(params.items()) for params in params_of(searched(sampler(seed=1), 9))])


def test_a_study_continues_as_if_it_had_not_been_interrupted(tmp_path):
    whole = searched(sampler(seed=3), 9)
    storage = f"sqlite:///{tmp_path}/study.db"
    searched(sampler(seed=3), 4, storage=storage, study_name="a")
    resumed = optuna.load_study(study_name="a", storage=storage, sampler=sampler(seed=3))
    resumed.optimize(objective, n_trials=5)
    assert params_of(resumed) == params_of(whole)


def test_a_pickled_sampler_goes_on_alike():
    study = searched(sampler(seed=1), 6)
    study.sampler = pickle.loads(pickle.dumps(study.sampler))
    study.optimize(objective, n_trials=2)
    assert params_of(study) == params_of(searched(sampler(seed=1), 8))


def test_reseeding_changes_the_proposals():
    study = searched(sampler(seed=1), 6)
    study.sampler.reseed_rng()
    study.optimize(objective, n_trials=2)
    assert params_of(study)[6:] != params_of(searched(sampler(seed=1), 8))[6:]


@pytest.mark.parametrize(
    ("directions", "values", "cost_objective"),
    [
        (["minimize", "minimize"], lambda e, w: (w, e), 0),
        (["maximize", "minimize"], lambda e, w: (1 - e, w), 1),
        (["maximize", "maximize"], lambda e, w: (-w, 1 - e), 0),
        (["minimize", "maximize"], lambda e, w: (e - 1, -w), 1),
    ],
)
def test_order_and_sign_of_the_objectives_change_nothing(directions, values, cost_objective):
    def other(trial):
        return values(*objective(trial))

    of_other = sampler(cost_objective=cost_objective, seed=5)
    study = searched(of_other, 9, objective=other, directions=directions)
    assert params_of(study) == params_of(searched(sampler(seed=5), 9))


def test_a_speed_is_maximised():
    def speed(params):
        return 1e6 / weights(params)

    def fast(trial):
        loss, _ = objective(trial)
        return loss, speed(trial.params)

    fastest = sampler(speed, min_cost=1e6 / MAX_WEIGHTS, seed=5)
    study = searched(fastest, 16, objective=fast, directions=["minimize", "maximize"])
    assert max(weights(params) for params in params_of(study)[3:]) <= MAX_WEIGHTS
    smallest = searched(sampler(max_cost=MAX_WEIGHTS, seed=5), 16)
    assert share_found(study) > share_found(smallest) - 0.05


def share_found(study):
    losses, costs = [error(params) for params in params_of(study)], [weights(params) for params in params_of(study)]
    return hypervolume(np.array(losses), np.array(costs), BOUNDS)


def mean_share_found(make, seeds=range(3)):
    """Mean hypervolume after 40 trials."""
    shares = []
    for seed in seeds:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            study = searched(make(seed), 40)
        shares.append(share_found(study))
    return np.mean(shares)


def test_more_is_found_than_by_optunas_samplers():
    ours = mean_share_found(lambda seed: KnownCostSampler(weights, seed=seed))
    samplers = optuna.samplers
    assert ours > mean_share_found(lambda seed: samplers.RandomSampler(seed=seed)) + 0.05
    assert ours > mean_share_found(lambda seed: samplers.TPESampler(seed=seed))
    assert ours > mean_share_found(lambda seed: samplers.NSGAIISampler(population_size=20, seed=seed)) + 0.05


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_one_objective_is_searched_under_the_cap(direction):
    sign = 1 if direction == "minimize" else -1

    def one(trial):
        return sign * error(suggest(trial))

    def best(optuna_sampler):
        study = optuna.create_study(direction=direction, sampler=optuna_sampler)
        study.optimize(one, n_trials=24)
        return [sign * trial.value for trial in study.trials if weights(trial.params) <= MAX_WEIGHTS]

    ours = best(sampler(max_cost=MAX_WEIGHTS, seed=0))
    assert len(ours) == 24
    assert min(ours) < min(best(optuna.samplers.RandomSampler(seed=0)))


def test_no_params_are_tried_twice_before_the_space_is_exhausted():
    options = {"a": [True, False, None], "b": ["x", 1.5], "c": [0, 1]}

    def small(trial):
        params = {name: trial.suggest_categorical(name, choices) for name, choices in options.items()}
        return len(str(params)), cost(params)

    def cost(params):
        return 1.0 + len(str(params["a"])) + len(str(params["b"])) + params["c"]

    study = searched(sampler(cost, seed=0), 15, objective=small)
    tried = [tuple(params[name] for name in options) for params in params_of(study)]
    assert set(tried[:12]) == set(itertools.product(*options.values()))


def test_ranges_may_change_while_the_study_runs():
    def changing(trial):
        low, high = ((1, 10), (5, 40), (1, 3))[trial.number // 7]
        x = trial.suggest_int("x", low, high)
        y = trial.suggest_float("y", -high, x)
        return y / x, x

    study = searched(sampler(lambda params: params["x"], seed=0), 21, objective=changing)
    assert all(trial.state == TrialState.COMPLETE for trial in study.trials)


def test_the_learnt_space_has_every_kind_of_distribution():
    def mixed(trial):
        values = (
            trial.suggest_float("step", -0.3, 0.3, step=0.1),
            trial.suggest_float("log", 1e-6, 1, log=True),
            trial.suggest_int("whole", -4, 8, step=3),
            trial.suggest_int("one", 3, 3),
            float(trial.suggest_categorical("word", ["1", "2"])),
            float(trial.suggest_categorical("truth", [True, False])),
            trial.suggest_categorical("nothing", [None, 2.5]) or 0.0,
            trial.suggest_categorical("only", ["x"]) == "x",
        )
        return math.cos(sum(values)), cost(trial.params)

    def cost(params):
        return 2.0 ** params["whole"] + params["one"] + params["log"]

    study = searched(sampler(cost, seed=0), 9, objective=mixed)
    assert len(study.trials) == 9


def test_more_than_two_objectives_are_refused():
    study = optuna.create_study(directions=["minimize"] * 3, sampler=KnownCostSampler(weights))
    with pytest.raises(ValueError, match="the study has 3 objectives"):
        study.ask()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_cost": 0}, "max_cost must be above 0"),
        ({"min_cost": -1}, "min_cost must be above 0"),
        ({"max_cost": math.nan}, "max_cost must be above 0"),
        ({"min_cost": 5, "max_cost": 4}, "min_cost must not be above max_cost"),
        ({"cost_objective": 2}, "cost_objective must be 0 or 1"),
        ({"n_startup_trials": 0}, "n_startup_trials must be 1 or more"),
        ({"rungs": (3, 1)}, "rungs are numbers of"),
    ],
)
def test_wrong_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        KnownCostSampler(weights, **options)

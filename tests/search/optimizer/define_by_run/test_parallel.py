"""Trials that run together, are asked for in advance, or are given some of their params."""

import subprocess
import sys
import warnings

import optuna
import pytest
from optuna.trial import TrialState

from tests.imports import ROOT
from tests.search.optimizer.define_by_run.toy_study import MAX_WEIGHTS, objective, params_of, sampler, searched, weights


def test_four_threads_propose_within_the_cap_and_nothing_twice():
    of_threads = sampler(max_cost=MAX_WEIGHTS, seed=0)
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=of_threads)
    study.optimize(objective, n_trials=16, n_jobs=4)
    params = params_of(study)
    assert len({repr(sorted(of_trial.items())) for of_trial in params}) == 16
    assert max(map(weights, params[8:])) <= MAX_WEIGHTS


def test_what_is_proposed_to_one_process_is_not_proposed_to_another(tmp_path):
    """Of twelve params the last four are asked for, by four samplers, before any of them is suggested."""
    storage = f"sqlite:///{tmp_path}/study.db"

    def small(trial):
        return trial.suggest_int("x", 1, 4) / trial.suggest_int("y", 1, 3), cost(trial.params)

    def cost(params):
        return params["x"] * params["y"]

    searched(sampler(cost, seed=0), 8, objective=small, storage=storage, study_name="a")
    proposed = []
    for _ in range(4):
        study = optuna.load_study(study_name="a", storage=storage, sampler=sampler(cost, seed=0))
        proposed.append(study.ask().relative_params)
    assert len({(params["x"], params["y"]) for params in [*params_of(study)[:8], *proposed]}) == 12


WORKER = """
import sys, optuna
from search.optimizer import KnownCostSampler
from tests.search.optimizer.define_by_run.toy_study import MAX_WEIGHTS, objective, weights
sampler = KnownCostSampler(weights, max_cost=MAX_WEIGHTS, n_startup_trials=4, seed=int(sys.argv[2]))
optuna.load_study(study_name="a", storage=sys.argv[1], sampler=sampler).optimize(objective, n_trials=6)
"""


@pytest.mark.long
def test_processes_that_share_a_storage_try_nothing_twice(tmp_path):
    storage = f"sqlite:///{tmp_path}/study.db"
    study = optuna.create_study(study_name="a", storage=storage, directions=["minimize", "minimize"])
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, storage, str(seed)], cwd=ROOT) for seed in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 18
    assert len({repr(sorted(params.items())) for params in params_of(study)}) == 18
    assert max(map(weights, params_of(study)[8:])) <= MAX_WEIGHTS


def test_trials_that_are_asked_for_all_at_once_are_told_later():
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=sampler(seed=0))
    for _ in range(3):
        trials = [study.ask() for _ in range(6)]
        for trial in trials:
            study.tell(trial, objective(trial))
    assert len(study.trials) == 18


def test_enqueued_params_are_tried_and_what_is_left_open_fits_them():
    study = searched(sampler(max_cost=MAX_WEIGHTS, seed=0), 7)
    study.enqueue_trial({"kind": "dense", "layers": 1, "width0": 7, "rate": 0.01})
    for _ in range(4):
        study.enqueue_trial({"kind": "dense", "layers": 3, "width0": 30})
    study.optimize(objective, n_trials=5)
    whole, *parts = params_of(study)[7:]
    assert whole == {"kind": "dense", "layers": 1, "width0": 7, "rate": 0.01}
    assert {(part["kind"], part["layers"], part["width0"]) for part in parts} == {("dense", 3, 30)}
    assert max(map(weights, parts)) <= MAX_WEIGHTS


def test_a_sampler_around_it_may_fix_params():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fixed = {"layers": 3, "width0": 40}
        around = optuna.samplers.PartialFixedSampler(fixed, sampler(max_cost=MAX_WEIGHTS, seed=0))
    study = searched(around, 8)
    assert all((params["layers"], params["width0"]) == (3, 40) for params in params_of(study))
    assert max(map(weights, params_of(study)[2:])) <= MAX_WEIGHTS

"""Early stopping in a study of two objectives, which Optuna's own pruners refuse."""

import math

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

from search.optimizer import KnownCostSampler
from search.optimizer.pareto import Bounds, front, hypervolume
from tests.search.optimizer.define_by_run.toy_study import error, suggest, weights

RUNGS = (1, 3, 9)
BOTH = ["minimize", "minimize"]


def error_after(params, step):
    """It falls with the steps, for all networks alike."""
    return min(1.0, error(params) * (9 / step) ** 0.25)


class Training:
    """An objective that counts its steps, and what each trial had reached."""

    def __init__(self, sampler, *, sign=1):
        self.sampler, self.sign, self.steps, self.reached = sampler, sign, 0, {}

    def __call__(self, trial):
        params = suggest(trial)
        for step in range(1, 10):
            self.steps += 1
            self.reached[trial.number] = step
            value = self.sign * error_after(params, step)
            if self.sampler.should_stop(trial, step, value):
                raise optuna.TrialPruned
        return value, weights(params)


def trained(n_trials, *, sign=1, directions=BOTH, seed=0, **options):
    sampler = KnownCostSampler(weights, rungs=RUNGS, seed=seed, **options)
    training = Training(sampler, sign=sign)
    study = optuna.create_study(directions=directions, sampler=sampler)
    study.optimize(training, n_trials=n_trials)
    return study, training


@pytest.fixture(scope="module")
def of_three_seeds():
    return [trained(30, n_startup_trials=6, seed=seed) for seed in range(3)]


@pytest.fixture
def of_thirty(of_three_seeds):
    return of_three_seeds[0]


def test_trials_are_stopped_at_rungs_only_and_never_at_the_last(of_three_seeds):
    all_pruned = []
    for study, training in of_three_seeds:
        pruned = [trial for trial in study.trials if trial.state == TrialState.PRUNED]
        assert {training.reached[trial.number] for trial in pruned} <= {1, 3}
        assert all(training.reached[trial.number] == 9 for trial in study.trials if trial not in pruned)
        all_pruned += pruned
    assert len(all_pruned) >= 10


def test_no_trial_is_stopped_before_anything_is_learnt(of_thirty):
    study, _ = of_thirty
    assert all(trial.state == TrialState.COMPLETE for trial in study.trials[:5])


def test_a_trial_that_was_non_dominated_at_its_rung_was_not_stopped(of_thirty):
    study, training = of_thirty
    for rung in (1, 3):
        for trial in study.trials:
            if training.reached[trial.number] == rung:
                before = [other for other in study.trials[: trial.number + 1] if training.reached[other.number] >= rung]
                losses = np.array([error_after(other.params, rung) for other in before])
                costs = np.array([weights(other.params) for other in before])
                assert len(before) - 1 not in front(losses, costs)


def test_more_is_found_in_as_many_steps(of_three_seeds):
    bounds = Bounds(1.0, 2.0, 9_000.0)

    def share_found(study):
        complete = [trial.values for trial in study.trials if trial.state == TrialState.COMPLETE]
        return hypervolume(*np.array(complete).T, bounds)

    def without(seed, n_trials):
        sampler = KnownCostSampler(weights, n_startup_trials=6, seed=seed)
        study = optuna.create_study(directions=BOTH, sampler=sampler)
        study.optimize(lambda trial: (error(suggest(trial)), weights(trial.params)), n_trials=n_trials)
        return study

    found = [share_found(study) for study, _ in of_three_seeds]
    else_found = [share_found(without(seed, run.steps // 9)) for seed, (_, run) in enumerate(of_three_seeds)]
    assert np.mean(found) > np.mean(else_found)
    assert np.mean([run.steps for _, run in of_three_seeds]) < 9 * 27


def test_an_accuracy_to_maximise_is_stopped_alike(of_thirty):
    study, _ = trained(12, sign=-1, directions=["maximize", "minimize"], n_startup_trials=6)
    assert [trial.state for trial in study.trials] == [trial.state for trial in of_thirty[0].trials[:12]]
    assert [trial.params for trial in study.trials] == [trial.params for trial in of_thirty[0].trials[:12]]


def test_what_has_diverged_is_stopped_at_once_but_not_at_the_last_rung():
    sampler = KnownCostSampler(weights, rungs=RUNGS)
    trial = optuna.create_study(directions=BOTH, sampler=sampler).ask()
    assert sampler.should_stop(trial, 1, math.nan)
    assert sampler.should_stop(trial, 3, math.inf)
    assert not sampler.should_stop(trial, 9, math.nan)


def test_a_step_that_is_no_rung_stores_nothing():
    sampler = KnownCostSampler(weights, rungs=RUNGS)
    trial = optuna.create_study(directions=BOTH, sampler=sampler).ask()
    assert not sampler.should_stop(trial, 2, math.nan)
    assert not trial.user_attrs


def test_without_rungs_it_is_refused():
    sampler = KnownCostSampler(weights)
    trial = optuna.create_study(directions=BOTH, sampler=sampler).ask()
    with pytest.raises(ValueError, match="rungs=\\(1, 3, 9\\)"):
        sampler.should_stop(trial, 1, 0.5)


def test_a_stopped_trial_teaches():
    """All trials of two studies were stopped. One says that dense networks are bad, the other that they are good."""

    def histories(error_of_dense):
        sampler = KnownCostSampler(weights, rungs=RUNGS, n_startup_trials=6, seed=0)
        study = optuna.create_study(directions=BOTH, sampler=sampler)
        for _ in range(24):
            trial = study.ask()
            params = suggest(trial)
            value = error_of_dense if params["kind"] == "dense" else error_after(params, 1)
            sampler.should_stop(trial, 1, value)
            study.tell(trial, state=TrialState.PRUNED)
        return sum(trial.params["kind"] == "dense" for trial in study.trials[8:])

    assert histories(0.999) < histories(0.01) - 5

"""Trials without a result, and cost functions that go wrong: the study goes on, and both teach what they can."""

import math
import warnings

import optuna
import pytest
from optuna.trial import TrialState

from search.optimizer import KnownCostSampler
from tests.search.optimizer.define_by_run.toy_study import error, objective, suggest, weights

BOTH = ["minimize", "minimize"]


def warned(sampler, objective, n_trials, **options):
    """The study, and what was warned of."""
    study = optuna.create_study(directions=BOTH, sampler=sampler)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        study.optimize(objective, n_trials=n_trials, **options)
    return study, [str(warning.message) for warning in caught if "KnownCostSampler" in str(warning.message)]


def fails(params):
    """More than half of the space, and the best networks."""
    return params["rate"] > 2e-3


def raises(trial):
    if fails(suggest(trial)):
        raise RuntimeError("out of memory")
    return objective(trial)


def is_nan(trial):
    params = suggest(trial)
    return (math.nan if fails(params) else error(params)), weights(params)


def is_infinite(trial):
    params = suggest(trial)
    return (math.inf if fails(params) else error(params)), weights(params)


def is_pruned(trial):
    if fails(suggest(trial)):
        raise optuna.TrialPruned
    return objective(trial)


@pytest.mark.parametrize("objective", [raises, is_nan, is_infinite, is_pruned])
def test_params_that_fail_are_avoided(objective):
    study, messages = warned(
        KnownCostSampler(weights, n_startup_trials=6, seed=0), objective, 24, catch=(RuntimeError,)
    )
    assert not messages
    assert sum(fails(trial.params) for trial in study.trials[-16:]) <= 5  # Nine of them by chance.


def test_trials_that_break_a_constraint_are_avoided():
    def constraints(trial):
        return (1.0 if fails(trial.params) else -1.0,)

    study, _ = warned(
        KnownCostSampler(weights, constraints_func=constraints, n_startup_trials=6, seed=0), objective, 24
    )
    assert sum(fails(trial.params) for trial in study.trials[-16:]) <= 5
    assert all(list(trial.constraints.values()) == [1.0 if fails(trial.params) else -1.0] for trial in study.trials)


def test_a_study_in_which_everything_fails_goes_on():
    def always(trial):
        suggest(trial)
        raise RuntimeError

    study, _ = warned(KnownCostSampler(weights, n_startup_trials=6, seed=0), always, 10, catch=(RuntimeError,))
    assert [trial.state for trial in study.trials] == [TrialState.FAIL] * 10


def test_a_trial_without_params_is_passed_over():
    study = optuna.create_study(directions=BOTH, sampler=KnownCostSampler(weights, n_startup_trials=3, seed=0))
    for number in range(12):
        trial = study.ask()
        if number % 3 == 0:
            study.tell(trial, state=TrialState.FAIL)
        else:
            study.tell(trial, objective(trial))
    assert len(study.trials) == 12


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0, 0.0, None, "much", ZeroDivisionError], ids=str)
def test_params_without_a_cost_are_never_chosen_and_warned_of_once(bad):
    def cost(params):
        if params["layers"] == 2:
            if bad is ZeroDivisionError:
                raise bad
            return bad
        return weights(params)

    def known(trial):
        params = suggest(trial)
        return error(params), weights(params)

    study, messages = warned(KnownCostSampler(cost, n_startup_trials=6, seed=0), known, 10)
    assert len(study.trials) == 10
    assert all(trial.params["layers"] != 2 for trial in study.trials[1:])
    assert len(messages) == 1
    assert "Correct the function" in messages[0]


def test_without_any_cost_params_are_random():
    def cost(params):
        raise RuntimeError("not today")

    study, messages = warned(KnownCostSampler(cost, max_cost=10, seed=0), objective, 15)
    assert len({repr(trial.params) for trial in study.trials}) == 15
    assert len(messages) == 1
    assert "not today" in messages[0]


def test_a_cost_that_asks_for_what_the_objective_never_suggests_ends_in_random_params():
    study, messages = warned(KnownCostSampler(lambda params: params["nowhere"], seed=0), objective, 15)
    assert len({repr(trial.params) for trial in study.trials}) == 15
    assert len(messages) == 1
    assert "nowhere" in messages[0]


@pytest.mark.parametrize("seed", range(3))
def test_parts_of_the_space_that_the_first_trial_did_not_show_are_tried(seed):
    """The cost needs what only they have, so it can't be asked about them before."""

    def options(trial):
        kind = trial.suggest_categorical("kind", list("abcdefgh"))
        return trial.suggest_int(f"size_{kind}", 1, 100), cost(trial.params)

    def cost(params):
        return params[f"size_{params['kind']}"] + 1

    study, messages = warned(KnownCostSampler(cost, max_cost=60, seed=seed), options, 14)
    assert {trial.params["kind"] for trial in study.trials} == set("abcdefgh")
    assert max(cost(trial.params) for trial in study.trials) <= 60
    assert not messages


def test_caps_that_nothing_meets_are_warned_of_and_come_as_near_as_can_be():
    study, messages = warned(KnownCostSampler(weights, max_cost=1.0, n_startup_trials=4, seed=0), objective, 10)
    assert "no params between min_cost and max_cost" in messages[0]
    assert weights(study.trials[-1].params) < 3


def test_a_cost_that_disagrees_with_the_objective_is_warned_of_once():
    study, messages = warned(KnownCostSampler(lambda params: 2 * weights(params), seed=0), objective, 5)
    assert len(study.trials) == 5
    assert len(messages) == 1
    assert "Let both agree" in messages[0]


def test_swapped_objectives_are_noticed():
    _, messages = warned(KnownCostSampler(weights, cost_objective=0, seed=0), objective, 5)
    assert len(messages) == 1
    assert "cost_objective" in messages[0]

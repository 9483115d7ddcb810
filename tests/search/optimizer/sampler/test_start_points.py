"""Start points in the known-cost sampler: which of them are trained to the end before gains are weighed."""

import pytest

from search.optimizer.rungs import Ladder
from search.optimizer.sampler.base import NewTrial, Promotion, StudyState
from search.optimizer.sampler.initial_design import n_startup_trials
from search.optimizer.sampler.known_cost import KnownCostDecision
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import cost_of, function_key_of
from tests.search.optimizer.sampler.made_history import history, problem

RUNGS = (1, 3, 9)
N_STARTUP_TRIALS = n_startup_trials(Ladder(RUNGS))


def decided(trials, waiting):
    sampler = KnownCostDecision(problem(RUNGS), seed=0, exploration=0.0)
    return sampler.decide(StudyState(trials, waiting, {function_key_of(trial) for trial in trials}))


def reach(trial, **accuracies):
    trial.set_user_attr(attr.RUNGS, {rung[1:]: accuracy for rung, accuracy in accuracies.items()})


@pytest.fixture
def trials():
    """As many as a study starts with, by cost; the more they cost, the more accurate they are after one epoch."""
    made = sorted(history(N_STARTUP_TRIALS), key=cost_of)
    for number, trial in enumerate(made):
        trial.number = number
        trial.user_attrs = dict(trial.user_attrs)
        reach(trial, r1=0.3 + 0.02 * number)
    return made


def start_points(*trials):
    for trial in trials:
        trial.set_user_attr(attr.START_POINT, "Known")
    return list(trials)


def test_those_on_the_front_come_first_the_cheapest_of_them_before_the_others(trials):
    cheap, dear = start_points(trials[3], trials[-1])
    reach(trials[3], r1=0.37)
    assert decided(trials, [dear, cheap]) == Promotion(cheap)
    reach(cheap, r1=0.37, r3=0.5)
    assert decided(trials, [dear, cheap]) == Promotion(cheap)
    reach(cheap, r1=0.37, r3=0.5, r9=0.6)
    assert decided(trials, [dear]) == Promotion(dear)


def test_one_that_others_beat_waits_for_its_gain(trials):
    [beaten] = start_points(trials[5])
    reach(beaten, r1=0.1)
    assert decided(trials, [beaten]) != Promotion(beaten)


def test_one_that_is_beaten_at_its_second_rung_goes_no_further(trials):
    [leading] = start_points(trials[5])
    reach(trials[2], r1=0.34, r3=0.6)
    reach(leading, r1=0.41, r3=0.2)
    assert decided(trials, [leading]) != Promotion(leading)


def test_the_first_networks_come_before_all(trials):
    [leading] = start_points(trials[-2])
    assert isinstance(decided(trials[:-1], [leading]), NewTrial)

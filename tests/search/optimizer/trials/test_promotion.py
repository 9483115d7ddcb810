"""Which trials may not be stopped at their rung, against the rule written out."""

import math
from random import Random

from optuna.trial import TrialState, create_trial

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.promotion import must_promote
from search.optimizer.trials.records import cost_of

NOISE = {1: 0.1, 3: 0.02}


def made_trial(number, random):
    epochs = (1, 3, 9)[: random.choice([1, 1, 2, 3])]
    attributes = {attr.MACS: random.randint(1, 20), attr.RUNGS: {str(e): random.uniform(0.3, 0.9) for e in epochs}}
    if random.random() < 0.1:
        attributes[attr.START_POINT] = "known"  # It is stopped like any other.
    trial = create_trial(state=TrialState.PRUNED, user_attrs=attributes)
    trial.number = number
    return trial


def loss(trial, rung):
    return math.log(1 - trial.user_attrs[attr.RUNGS][str(rung)])


def is_kept(trial, rung, trials):
    at_rung = [other for other in trials if str(rung) in other.user_attrs[attr.RUNGS]]
    no_dearer = [other for other in at_rung if cost_of(other) <= cost_of(trial)]
    is_beaten = any(loss(other, rung) < loss(trial, rung) - NOISE[rung] for other in no_dearer)
    return not is_beaten


def test_they_are_not_beaten_by_more_than_the_noise_the_highest_rung_first():
    random = Random(0)
    for _ in range(50):
        trials = [made_trial(number, random) for number in range(random.randint(1, 25))]
        waiting = {1: [], 3: []}
        for trial in trials:
            last = len(trial.user_attrs[attr.RUNGS])
            if last < 3:
                waiting[(1, 3)[last - 1]].append(trial)
        expected = [t.number for rung in (3, 1) for t in waiting[rung] if is_kept(t, rung, trials)]
        found = must_promote(trials, waiting[1] + waiting[3], noise=NOISE.__getitem__)
        assert [trial.number for trial in found] == expected


def test_none_waits():
    assert must_promote([made_trial(0, Random(0))], [], noise=NOISE.__getitem__) == []

"""Which trials may not be stopped at their rung, against the rule written out."""

import math
from random import Random

from optuna.trial import TrialState, create_trial

from search.optimizer.chance import Chance
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


def trial_at(number, accuracy, *, state=TrialState.PRUNED):
    trial = create_trial(
        state=state, user_attrs={attr.MACS: number + 1, attr.RUNGS: {"1": accuracy}, attr.MILESTONE: 1}
    )
    trial.number = number
    return trial


def test_where_nearly_all_are_at_chance_none_is_stopped():
    chance = Chance(accuracy=0.25, images=64)  # Up to 36 % could be luck.
    guesses = [trial_at(number, 0.3 - 0.01 * number) for number in range(10)]
    one_above, half_above = ([*guesses, *(trial_at(10 + number, 0.9) for number in range(above))] for above in (1, 10))
    every_one = [trial.number for trial in one_above]
    assert [t.number for t in must_promote(one_above, one_above, noise=NOISE.__getitem__, chance=chance)] == every_one
    for trials, known in ((half_above, chance), (one_above, None)):
        assert [t.number for t in must_promote(trials, trials, noise=NOISE.__getitem__, chance=known)] == [
            trial.number for trial in trials if is_kept(trial, 1, trials)
        ]


def test_failed_trainings_do_not_make_a_rung_one_of_chance():
    chance = Chance(accuracy=0.25, images=64)
    failed = [trial_at(number, 0.0, state=TrialState.FAIL) for number in range(20)]
    trials = [*failed, *(trial_at(20 + number, 0.9 - 0.1 * number) for number in range(5))]
    assert [t.number for t in must_promote(trials, trials[20:], noise=NOISE.__getitem__, chance=chance)] == [20]


def test_none_waits():
    assert must_promote([made_trial(0, Random(0))], [], noise=NOISE.__getitem__) == []

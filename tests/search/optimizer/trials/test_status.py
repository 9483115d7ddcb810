"""The status of a trial: what follows from what is stored, and that only the listed transitions happen."""

from random import Random

import optuna
import pytest
from optuna.trial import TrialState, create_trial

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import NOBODY, this_process
from search.optimizer.trials.status import TRANSITIONS, TrialStatus, counts, status_of
from tests.toy_space import ToySpace

NETWORK = {attr.KEY: "k", attr.MACS: 100, attr.PROCESS_ID: this_process()}


@pytest.mark.parametrize(
    ("state", "attributes", "status", "is_counted"),
    [
        (TrialState.WAITING, {}, TrialStatus.QUEUED, False),
        (TrialState.RUNNING, NETWORK | {attr.MILESTONE: 1}, TrialStatus.TRAINING, True),
        (TrialState.RUNNING, NETWORK | {attr.MILESTONE: 1, attr.RUNGS: {"1": 0.5}}, TrialStatus.PAUSED, True),
        (TrialState.RUNNING, NETWORK | {attr.MILESTONE: 3, attr.RUNGS: {"1": 0.5}}, TrialStatus.TRAINING, True),
        (TrialState.RUNNING, {attr.PROCESS_ID: NOBODY}, TrialStatus.INTERRUPTED, True),
        (TrialState.RUNNING, {attr.PROCESS_ID: NOBODY, attr.RUNGS: {"1": 0.5}}, TrialStatus.STOPPED, True),
        (TrialState.PRUNED, NETWORK | {attr.RUNGS: {"1": 0.5}}, TrialStatus.STOPPED, True),
        (TrialState.PRUNED, NETWORK | {attr.OVER_CAP: True}, TrialStatus.OVER_CAP, False),
        (TrialState.PRUNED, NETWORK | {attr.REPEATS: 0}, TrialStatus.REPEATED, False),
        (TrialState.FAIL, NETWORK, TrialStatus.FAILED, True),
        (TrialState.FAIL, {}, TrialStatus.FAILED, False),  # it could not be described
        (TrialState.FAIL, NETWORK | {attr.INTERRUPTED: True}, TrialStatus.INTERRUPTED, False),
    ],
)
def test_status_and_whether_it_counts_follow_from_what_is_stored(state, attributes, status, is_counted):
    trial = create_trial(state=state, user_attrs=attributes)
    assert (status_of(trial), counts(trial)) == (status, is_counted)


def test_every_status_has_its_transitions_and_ends_have_none():
    assert TRANSITIONS.keys() == set(TrialStatus)
    open_ones = {TrialStatus.QUEUED, TrialStatus.TRAINING, TrialStatus.PAUSED}
    assert {status for status, following in TRANSITIONS.items() if following} == open_ones


def test_a_search_makes_no_other_transitions():
    problem = Problem(ToySpace((4, 8, 16, 32, 64, 128)), Ladder((1, 3, 9)), caps=Caps(flops=40_000))
    storage, random, seen = optuna.storages.InMemoryStorage(), Random(0), set()
    study = open_study("toy", problem, storage=storage, sampler="random", seed=0, settings={})
    statuses = {}
    for step in range(120):
        happen(study, random, ends=step % 40 == 39)
        now = {trial.number: status_of(trial) for trial in study.optuna_study.get_trials(deepcopy=False)}
        changes = {
            (statuses[number], status) for number, status in now.items() if statuses.get(number, status) != status
        }
        assert all(after in TRANSITIONS[before] for before, after in changes), changes
        statuses, seen = now, seen | changes
    assert len(seen) >= 6


def happen(study, random, *, ends):
    """Something that happens to a study in a search."""
    running = study.running()
    if ends:
        study.close("ended")
    elif not running or random.random() < 0.4:
        study.ask()
    elif (what := random.random()) < 0.1:
        study.fail(random.choice(running), "it broke")
    elif what < 0.2:
        study.interrupt(random.choice(running), "cut short")
    else:
        study.record_rung(random.choice(running), accuracy=random.random(), seconds=1.0)

"""The time left, held against what then really remained."""

import statistics

import pytest

from search.display.time_left import Pace, seconds_left
from search.display.work import SECONDS_COLUMN, Work
from search.optimizer.rungs import Ladder
from search.optimizer.trials import attributes as attr
from tests.search.display.simulated import PREPARING, SimulatedPool, accuracy, epoch_seconds, opened, searched


def said(study, pool, *, total):
    """What was said while a search ran, each with the time: a list of pairs; and when it ended."""
    work, heard = Work(pool.clock), []

    def watch(event):
        work.note(event)
        heard.append((pool.now, seconds_left(study, work, total=total)))

    searched(study, pool, total=total, watch=watch)
    return heard, pool.now


@pytest.mark.long
def test_it_is_honest_about_rungs():
    """Of 36 such numbers, from 12 searches, 35 were within 35 %; half of them within 15 %."""
    errors = []
    for workers, seed in ((1, 0), (2, 1), (3, 2)):
        study = opened(seed=seed)
        heard, end = said(study, SimulatedPool(workers), total=50)
        # Many networks are judged early, and many go on: neither could be left out of the estimate.
        assert 15 <= len(study.complete_trials()) <= 40
        for part in (1 / 3, 1 / 2, 3 / 4):
            when, seconds = [pair for pair in heard if pair[0] <= part * end][-1]
            errors.append(abs(seconds / (end - when) - 1))
    assert sorted(errors)[-2] < 0.35
    assert statistics.median(errors) < 0.25
    assert max(errors) < 0.5


def test_without_rungs_it_is_a_rule_of_three():
    heard, end = said(opened(rungs=(9,), sampler="random"), SimulatedPool(2), total=30)
    when, seconds = [pair for pair in heard if pair[0] <= end / 2][-1]
    assert seconds == pytest.approx(end - when, rel=0.25)


def test_little_known_is_said_as_such_and_the_end_is_near_when_it_is():
    heard, _ = said(opened(), SimulatedPool(2), total=12)
    assert heard[0][1] is None
    known = [pair for pair in heard if pair[1] is not None]
    assert len(known) > len(heard) / 2
    assert all(seconds >= 0 for _, seconds in known)
    assert heard[-1][1] == 0


def test_what_waits_is_part_of_what_is_left():
    """All are begun and all wait: what is left is to finish those that are non-dominated, known to the second."""
    study, pool = opened(rungs=(1, 9)), SimulatedPool(1)
    work = Work(pool.clock)
    total = 8
    searched(study, pool, total=total, watch=work.note, stop=lambda: len(study.trained()) == total and pool.busy == 0)
    must_promote = study.must_promote()
    assert len(must_promote) > 1
    networks = [study.problem.space.architecture(_Stored(trial.params)) for trial in must_promote]
    expected = sum(PREPARING + 8 * epoch_seconds(network) for network in networks)
    assert seconds_left(study, work, total=total) == pytest.approx(expected, rel=0.15)


def test_a_network_is_trained_by_one_worker_however_many_there_are():
    study, pool = opened(rungs=(9,)), SimulatedPool(6)
    heard, end = said(study, pool, total=9)
    when, seconds = [pair for pair in heard if pair[1] is not None and pair[0] < end][-1]
    assert seconds == pytest.approx(end - when, abs=2.5)


def test_a_new_network_is_expected_to_go_on_as_often_as_others_did():
    pace = Pace(Ladder((1, 3, 9)), preparing=5.0, epoch=10.0, going_on={1: 0.5, 3: 0.2})
    assert pace.of_new() == pytest.approx(15 + 0.5 * (25 + 0.2 * 65))
    assert pace.of_next(3, 2.0) == pytest.approx(5 + 6 * 2)
    assert pace.of_next(3, 2.0, resume_from=0) == pytest.approx(5 + 9 * 2)
    assert pace.beyond(9, 10.0) == 0


def test_what_an_earlier_search_stopped_starts_over():
    """All are begun: what is left is to train those that are non-dominated, each from its first epoch."""
    study, pool = opened(rungs=(1, 9)), SimulatedPool(1)
    searched(study, pool, total=20, stop=lambda: len(study.waiting()) >= 12)
    study.close("stopped")
    work, total = Work(pool.clock), study.trained_so_far()
    searched(study, pool, total=total, watch=work.note, stop=lambda: work.done == 3 and pool.busy == 0)
    must_promote = study.must_promote()
    assert len(must_promote) > 1 and all(trial.state.name == "PRUNED" for trial in must_promote)
    measured = [trial.user_attrs[attr.EPOCHS][0][SECONDS_COLUMN] for trial in must_promote]
    expected = sum(PREPARING + 9 * seconds for seconds in measured)
    assert seconds_left(study, work, total=total) == pytest.approx(expected, rel=0.01)


def test_the_made_up_networks_are_what_the_other_tests_take_them_for():
    study = searched(opened(), SimulatedPool(1), total=3)
    for trial in study.complete_trials():
        network = study.problem.space.architecture(_Stored(trial.params))
        assert trial.values[0] == accuracy(network, 9)


class _Stored:
    def __init__(self, values):
        self.values = values

    def Choice(self, name, options):
        return self.values[name]

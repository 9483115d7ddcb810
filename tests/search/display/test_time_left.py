"""Estimates of the time left, against the time that was really left."""

import statistics

import pytest

from search.display.time_left import Pace, seconds_left
from search.display.work import SECONDS_COLUMN, Work
from search.optimizer.rungs import Ladder
from search.optimizer.trials import attributes as attr
from tests.search.display.simulated import PREPARING, SimulatedPool, accuracy, epoch_seconds, opened, searched


def estimates(study, pool, *, total):
    """Pairs of time and estimate while a search ran, and the time of its end."""
    work, pairs = Work(pool.clock), []

    def watch(event):
        work.note(event)
        pairs.append((pool.now, seconds_left(study, work, total=total)))

    searched(study, pool, total=total, watch=watch)
    return pairs, pool.now


@pytest.mark.long
def test_estimates_with_rungs_are_close():
    """Of 36 such numbers, from 12 searches, 35 were within 35 %; half of them within 15 %."""
    errors = []
    for workers, seed in ((1, 0), (2, 1), (3, 2)):
        study = opened(seed=seed)
        pairs, end = estimates(study, SimulatedPool(workers), total=50)
        # Many networks are judged early, and many go on: neither could be left out of the estimate.
        assert 15 <= len(study.complete_trials()) <= 40
        for part in (1 / 3, 1 / 2, 3 / 4):
            when, seconds = [pair for pair in pairs if pair[0] <= part * end][-1]
            errors.append(abs(seconds / (end - when) - 1))
    assert sorted(errors)[-2] < 0.35
    assert statistics.median(errors) < 0.25
    assert max(errors) < 0.5


def test_estimates_without_rungs_are_proportional():
    pairs, end = estimates(opened(rungs=(9,), sampler="random"), SimulatedPool(2), total=30)
    when, seconds = [pair for pair in pairs if pair[0] <= end / 2][-1]
    assert seconds == pytest.approx(end - when, rel=0.25)


def test_there_is_no_estimate_at_first_and_zero_at_the_end():
    pairs, _ = estimates(opened(), SimulatedPool(2), total=12)
    assert pairs[0][1] is None
    known = [pair for pair in pairs if pair[1] is not None]
    assert len(known) > len(pairs) / 2
    assert all(seconds >= 0 for _, seconds in known)
    assert pairs[-1][1] == 0


def test_waiting_trials_that_must_be_promoted_count():
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
    pairs, end = estimates(study, pool, total=9)
    when, seconds = [pair for pair in pairs if pair[1] is not None and pair[0] < end][-1]
    assert seconds == pytest.approx(end - when, abs=2.5)


def test_a_new_network_is_expected_to_be_promoted_as_often_as_others():
    pace = Pace(Ladder((1, 3, 9)), preparing=5.0, epoch=10.0, promoted={1: 0.5, 3: 0.2})
    assert pace.of_new() == pytest.approx(15 + 0.5 * (25 + 0.2 * 65))
    assert pace.of_promotion(3, 2.0) == pytest.approx(5 + 6 * 2)
    assert pace.of_promotion(3, 2.0, resume_from=0) == pytest.approx(5 + 9 * 2)
    assert pace.beyond(9, 10.0) == 0


def test_a_network_that_an_earlier_search_stopped_starts_over():
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


def test_simulated_accuracies_are_those_of_the_networks():
    study = searched(opened(), SimulatedPool(1), total=3)
    for trial in study.complete_trials():
        network = study.problem.space.architecture(_Stored(trial.params))
        assert trial.values[0] == accuracy(network, 9)


class _Stored:
    def __init__(self, values):
        self.values = values

    def Choice(self, name, options):
        return self.values[name]

"""The curve of a study: made-up trials whose order is known, and a real search."""

from dataclasses import asdict
from datetime import datetime

import optuna
import pytest
from optuna.trial import TrialState

from search.benchmarking import EPOCHS, FULL_TRAININGS, SECONDS
from search.benchmarking.study_curve import common_rectangle, study_curve
from search.cli.storage import stored_study
from search.optimizer.pareto import Bounds, hypervolume
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from tests.search.conftest import STUDY, TOTAL

BOUNDS = Bounds(0.9, 1_000.0, 100_000.0)
CHEAP, DEAR = 2_000, 20_000  # multiply-adds
RUNGS = (1, 3)


def epoch(number, *, ended, seconds=2.0):
    return [number, 0.5, 1.0, 0.1, seconds, 100.0, 1.0, 0.5, ended]


def study_of(*trials, state="FINISHED", bounds=BOUNDS):
    study = optuna.create_study(directions=["maximize", "minimize"], storage=optuna.storages.InMemoryStorage())
    for name, value in {
        attr.BOUNDS: asdict(bounds),
        attr.SETTINGS: {"epochs": RUNGS[-1], "rungs": list(RUNGS)},
        attr.STATE: state,
    }.items():
        study.set_user_attr(name, value)
    study.add_trials(trials)
    return StoredStudy(study)


def trial(rows, *, macs=CHEAP, accuracy=None, state=None, **attributes):
    state = state or (TrialState.PRUNED if accuracy is None else TrialState.COMPLETE)
    values = None if accuracy is None else [accuracy, 2.0 * macs]
    stored = {attr.MACS: macs, attr.EPOCHS: rows, **attributes}
    made = optuna.trial.create_trial(state=state, values=values, user_attrs=stored)
    made.datetime_start, made.datetime_complete = datetime.fromtimestamp(0), datetime.fromtimestamp(50)
    return made


def curve_of(study, *, trials=3, bounds=BOUNDS):
    return study_curve(study, sampler="random", seed=7, bounds=bounds, trials=trials)


def test_every_epoch_counts_when_it_ended_and_each_full_training_is_a_step():
    study = study_of(
        trial([epoch(1, ended=1), epoch(2, ended=8), epoch(3, ended=9)], accuracy=0.6),
        trial([epoch(1, ended=2, seconds=5)]),  # stopped at its rung
        trial([epoch(1, ended=3), epoch(2, ended=4), epoch(3, ended=5)], macs=DEAR, accuracy=0.8),
        trial([epoch(1, ended=10)], state=TrialState.FAIL, **{attr.INTERRUPTED: True}),
    )
    curve = curve_of(study)
    assert curve.spent[EPOCHS] == [5, 7]  # the dear one ended first
    assert curve.spent[FULL_TRAININGS] == pytest.approx([5 / 3, 7 / 3])
    assert curve.spent[SECONDS] == [5 + 4 * 2, 5 + 6 * 2]
    assert curve.hypervolumes == pytest.approx(
        [hypervolume([0.2], [DEAR], BOUNDS), hypervolume([0.2, 0.4], [DEAR, CHEAP], BOUNDS)]
    )
    assert curve.total == pytest.approx({EPOCHS: 8, FULL_TRAININGS: 8 / 3, SECONDS: 5 + 7 * 2})
    assert (curve.sampler, curve.seed, curve.is_finished) == ("random", 7, True)


def test_epochs_of_a_training_that_another_trial_continues_count_once():
    first = [epoch(1, ended=1)]
    again = [epoch(1, ended=20), epoch(2, ended=21), epoch(3, ended=22)]
    retrained = [epoch(1, ended=30, seconds=2.5), epoch(2, ended=31), epoch(3, ended=32)]
    study = study_of(
        trial(first),
        trial(again, accuracy=0.6, **{attr.RESUMES: 0}),
        trial([epoch(1, ended=3)]),
        trial(retrained, accuracy=0.6, **{attr.RESUMES: 2}),
    )
    assert curve_of(study).spent[EPOCHS] == [1 + 1 + 2, 1 + 1 + 2 + 3]


@pytest.mark.parametrize(
    ("state", "trials", "finished"),
    [("FINISHED", 1, True), ("FINISHED", 2, False), ("INTERRUPTED", 1, False), ("RUNNING", 1, False)],
)
def test_a_search_has_ended_with_all_its_trials(state, trials, finished):
    study = study_of(trial([epoch(3, ended=3)], accuracy=0.5), state=state)
    assert curve_of(study, trials=trials).is_finished is finished


def test_a_study_of_an_earlier_version_knows_when_trials_ended():
    rows = [epoch(number, ended=0)[:-1] for number in (1, 2, 3)]
    curve = curve_of(study_of(trial(rows, accuracy=0.6), trial(rows[:1])))
    assert len(curve.spent[EPOCHS]) == 1 and curve.total[EPOCHS] == 4


def test_the_common_rectangle_contains_all():
    wide = Bounds(0.8, 500.0, 50_000.0)
    assert common_rectangle([study_of(), study_of(bounds=wide)]) == Bounds(0.9, 500.0, 100_000.0)
    assert common_rectangle([study_of(), study_of()]) == BOUNDS


def test_a_real_search_ends_at_its_hypervolume_and_has_spent_all_its_epochs(searched):
    study = stored_study(f"sqlite:///{searched[0]}/search.db", STUDY)
    curve = curve_of(study, trials=TOTAL, bounds=study.bounds)
    trained = study.trained()
    assert curve.is_finished
    assert curve.hypervolumes[-1] == pytest.approx(study.hypervolume())
    assert curve.spent[FULL_TRAININGS] == curve.spent[EPOCHS] == list(range(1, TOTAL + 1))  # of one epoch each
    assert 0 < curve.total[SECONDS] < sum(each.user_attrs[attr.SECONDS] for each in trained)
    ends = [each.user_attrs[attr.EPOCHS][-1][-1] for each in sorted(trained, key=lambda one: one.datetime_complete)]
    assert ends == sorted(ends)

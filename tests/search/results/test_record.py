"""Records of a study: its progress is in the order of ends, whatever clocks say."""

import datetime
from dataclasses import asdict

import optuna
import pytest

from mlflow_runs.objectives import FLASH, FLOPS, LATENCY, RAM
from search.optimizer.pareto import Bounds
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.results.record import StudyRecorder, objective_of

NOON = datetime.datetime(2026, 11, 24, 12)


@pytest.fixture
def study():
    made = optuna.create_study(
        storage=optuna.storages.InMemoryStorage(), study_name="made", directions=["maximize", "minimize"]
    )
    made.set_user_attr(attr.BOUNDS, asdict(Bounds(0.9, 1e3, 1e7)))
    made.set_user_attr(attr.SETTINGS, {"space": "hybrid", "recipe": {"name": "one-cycle", "batch": 128}, "epochs": 3})
    return StoredStudy(made)


def add(study, *, minute, accuracy, macs=10_000, started=NOON):
    """A finished trial that ended so many minutes after noon."""
    trial = optuna.trial.create_trial(values=(accuracy, 2 * macs), user_attrs={attr.MACS: macs})
    trial.datetime_start, trial.datetime_complete = started, NOON + datetime.timedelta(minutes=minute)
    study.optuna_study.add_trial(trial)
    study.refresh()


def order(recorder):
    return [step.trial for step in recorder.record(state="RUNNING").progress]


def test_progress_is_in_the_order_of_ends(study):
    for minute, accuracy in ((3, 0.7), (1, 0.5), (2, 0.6)):
        add(study, minute=minute, accuracy=accuracy)
    progress = StudyRecorder(study).record(state="RUNNING").progress
    assert [step.trial for step in progress] == [1, 2, 0]
    assert [step.hypervolume for step in progress] == sorted(step.hypervolume for step in progress)
    assert progress[-1].hypervolume == study.hypervolume()


def test_a_clock_that_goes_back_doubles_and_omits_nothing(study):
    recorder = StudyRecorder(study)
    add(study, minute=5, accuracy=0.5)
    add(study, minute=6, accuracy=0.6)
    assert order(recorder) == [0, 1]
    add(study, minute=1, accuracy=0.7)
    assert order(recorder) == [0, 1, 2]
    add(study, minute=2, accuracy=0.8)
    add(study, minute=7, accuracy=0.9)
    assert order(recorder) == [0, 1, 2, 3, 4]
    progress = recorder.record(state="RUNNING").progress
    assert progress[-1].hypervolume == study.hypervolume()
    assert [step.hypervolume for step in progress] == sorted(step.hypervolume for step in progress)


@pytest.mark.parametrize(
    ("attributes", "objective", "cost"),
    [
        ({}, FLOPS, 20_000),
        ({attr.LATENCY_MODEL: {}}, LATENCY, 1.5),
        ({"objective": {"name": "flops", "unit": "FLOPs"}}, FLOPS, 20_000),
        ({"objective": {"name": "latency_ms", "unit": "ms"}}, LATENCY, 1.5),
        ({"objective": {"name": "ram_bytes", "unit": "bytes"}}, RAM, 21_000),
        ({"objective": {"name": "flash_bytes", "unit": "bytes"}}, FLASH, 45_000),
    ],
)
def test_costs_are_in_the_unit_of_the_objective(study, attributes, objective, cost):
    for name, value in attributes.items():
        study.optuna_study.set_user_attr(name, value)
    costs = {} if objective == FLOPS else {attr.COST: cost}
    trial = optuna.trial.create_trial(values=(0.5, cost), user_attrs={attr.MACS: 10_000, **costs})
    trial.datetime_start = trial.datetime_complete = NOON
    study.optuna_study.add_trial(trial)
    study.refresh()
    record = StudyRecorder(study).record(state="RUNNING")
    assert record.objective == objective_of(study) == objective
    assert (record.trials[0].cost, record.trials[0].flops) == (cost, 20_000)


def test_no_trial_ends_before_it_began(study):
    add(study, minute=-5, accuracy=0.5)
    (trial,) = StudyRecorder(study).record(state="RUNNING").trials
    assert trial.ended_ms == trial.started_ms

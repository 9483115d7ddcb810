"""What MLflow is told of a study: the last step is the present front; names, rungs and ends of its trials."""

from dataclasses import asdict
from datetime import datetime, timedelta

import optuna
import pytest
from optuna.trial import TrialState, create_trial

from search.optimizer.pareto import Bounds, front, hypervolume
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.results.record import StudyRecorder

BEGAN = datetime(2026, 1, 1)
BOUNDS = Bounds(reference_loss=0.9, lowest_cost=1e3, highest_cost=1e7)


def ended(accuracy, macs, *, after, state=TrialState.COMPLETE, **attributes):
    """A trial that ended so many minutes after the search began."""
    return create_trial(
        state=state,
        values=[accuracy, 2 * macs] if state == TrialState.COMPLETE else None,
        user_attrs={
            attr.MACS: macs,
            attr.PARAMETERS: 9,
            attr.KEY: str(macs),
            attr.RUNGS: {"1": accuracy},
            **attributes,
        },
    ), BEGAN + timedelta(minutes=after)


@pytest.fixture
def study():
    made = optuna.create_study(
        storage=optuna.storages.InMemoryStorage(), study_name="made", directions=["maximize", "minimize"]
    )
    made.set_user_attr(attr.BOUNDS, asdict(BOUNDS))
    made.set_user_attr(attr.SETTINGS, {})
    return made


def add(study, *trials):
    for trial, moment in trials:
        trial.datetime_start, trial.datetime_complete = BEGAN, moment
        study.add_trial(trial)


def truth(study):
    complete = [trial for trial in study.get_trials() if trial.state == TrialState.COMPLETE]
    losses = [1 - trial.values[0] for trial in complete]
    costs = [trial.user_attrs[attr.MACS] for trial in complete]
    return hypervolume(losses, costs, BOUNDS), len(front(losses, costs))


def test_the_last_step_is_the_present_front_and_steps_count_all_that_ended(study):
    add(
        study,
        ended(0.5, 10_000, after=40),
        ended(0.3, 20_000, after=10, state=TrialState.PRUNED),
        ended(0.7, 300_000, after=20),
        ended(0.2, 40_000, after=30, state=TrialState.FAIL),
    )
    progress = StudyRecorder(StoredStudy(study)).record(state="RUNNING").progress
    assert [(step.trial, step.ended, step.front_size) for step in progress] == [(2, 2, 1), (0, 4, 2)]
    assert (progress[-1].hypervolume, progress[-1].front_size) == (pytest.approx(truth(study)[0]), truth(study)[1])


def test_a_trial_that_is_seen_late_is_the_last_whatever_its_clock_says(study):
    add(study, ended(0.5, 10_000, after=40), ended(0.6, 20_000, after=50))
    stored = StoredStudy(study)
    recorder = StudyRecorder(stored)
    first = recorder.record(state="RUNNING").progress
    add(study, ended(0.3, 20_000, after=1, state=TrialState.PRUNED), ended(0.8, 300_000, after=5))
    stored.refresh()
    progress = recorder.record(state="RUNNING").progress
    assert progress[:2] == first
    assert [(step.trial, step.ended) for step in progress] == [(0, 1), (1, 2), (3, 4)]
    assert progress[-1].hypervolume == pytest.approx(truth(study)[0])
    resumed = StudyRecorder(StoredStudy(study)).record(state="RUNNING").progress
    assert [(step.trial, step.ended) for step in resumed] == [(3, 2), (0, 3), (1, 4)]
    assert resumed[-1].hypervolume == pytest.approx(truth(study)[0])


def test_what_a_trial_is_called_and_how_far_it_came(study):
    add(
        study,
        ended(0.5, 10_000, after=1, **{attr.START_POINT: "StandardCNN"}),
        ended(0.3, 20_000, after=2, state=TrialState.PRUNED, **{attr.RUNGS: {"3": 0.3, "1": 0.2}}),
        ended(0.3, 30_000, after=3, state=TrialState.FAIL, **{attr.INTERRUPTED: True, attr.EPOCHS: [[1, 0.1, 1, 1]]}),
    )
    known, stopped, interrupted = StudyRecorder(StoredStudy(study)).record(state="FINISHED").trials
    assert (known.known, known.is_stopped) == ("StandardCNN", False)
    assert (list(stopped.rungs.items()), stopped.rung, stopped.is_stopped) == ([(1, 0.2), (3, 0.3)], 3, True)
    assert (interrupted.state, interrupted.is_stopped) == ("INTERRUPTED", False)

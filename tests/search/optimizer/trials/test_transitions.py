"""A search killed at any write to its storage: the next ends what it left, loses nothing, trains nothing twice."""

from unittest import mock

import optuna
import pytest
from optuna.storages import InMemoryStorage
from optuna.trial import TrialState

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials import transitions
from search.optimizer.trials.process_id import NOBODY
from search.optimizer.trials.status import counts
from search.optimizer.trials.transitions import end_orphans
from search.training.recipe import NOTEBOOK
from search.workers.loop import run
from search.workers.messages import EpochDone, JobDone
from tests.toy_space import ToySpace, fake_accuracy

TOTAL = 5
WRITES = ("create_new_study", "create_new_trial", "set_trial_param", "set_trial_state_values", "set_trial_user_attr")
WRITES += ("set_study_user_attr", "set_trial_system_attr", "set_study_system_attr")


class Killed(BaseException):
    """What no handler of errors catches, like a SIGKILL."""


class MortalStorage(InMemoryStorage):
    """Kills whoever writes when its `lives` are spent; what was written stays."""

    lives = 10**9


def _mortal(name):
    def write(self, *arguments, **options):
        if MortalStorage.lives <= 0:
            raise Killed
        MortalStorage.lives -= 1
        return getattr(InMemoryStorage, name)(self, *arguments, **options)

    return write


for _name in WRITES:
    setattr(MortalStorage, _name, _mortal(_name))


class InstantPool:
    """Trains in no time; remembers what it was asked for, and what it said was done."""

    def __init__(self):
        self.jobs, self.told = [], []

    @property
    def free(self):
        return 2 - len(self.jobs)

    def start(self, job):
        self.jobs.append(job)

    def events(self, *, timeout):
        job = self.jobs.pop()
        accuracy = fake_accuracy(job.architecture) * job.milestones[-1] / 10
        yield EpochDone(job.trial, (job.milestones[-1], accuracy, 1.0, 0.1, 1.0, 100.0))
        yield JobDone(job.trial, accuracy, 1.0)
        self.told.append((job.architecture.key, job.milestones[-1], accuracy))


def search(storage, pool):
    """What `search.run` does, in a process whose trials nobody minds once it is killed."""
    with mock.patch("search.optimizer.study.starter.this_process", lambda: NOBODY):
        study = open_study(
            "toy",
            Problem(ToySpace(), caps=Caps(), ladder=Ladder((1, 3))),
            storage=storage,
            sampler="random",
            seed=0,
            settings={"space": "toy"},
        )
        run(study, pool, total=TOTAL, recipe=NOTEBOOK, watch=lambda event: None, stop=lambda: False)
        study.close("the search was stopped")
    return study


def writes_of_a_whole_search():
    MortalStorage.lives = 10**9
    search(MortalStorage(), InstantPool())
    return 10**9 - MortalStorage.lives


@pytest.mark.long
def test_at_every_write(monkeypatch):
    monkeypatch.setattr(transitions, "SECONDS_TO_STORE_PROCESS_ID", 0)
    writes = writes_of_a_whole_search()
    assert writes > 60
    for lives in range(writes):
        storage, pool = MortalStorage(), InstantPool()
        MortalStorage.lives = lives
        with pytest.raises(Killed):
            search(storage, pool)
        MortalStorage.lives = 10**9
        told_before = list(pool.told)
        pool.jobs.clear()
        check(search(storage, pool), told_before, lives)


def check(study, told_before, lives):
    trials = study.optuna_study.get_trials(deepcopy=False)
    assert not [trial for trial in trials if trial.state == TrialState.RUNNING], lives
    counted = [trial for trial in trials if counts(trial)]
    assert len(counted) == TOTAL, lives
    keys = [trial.user_attrs[attr.KEY] for trial in counted]
    assert len(set(keys)) == TOTAL, lives
    complete = {trial.user_attrs[attr.KEY]: trial for trial in trials if trial.state == TrialState.COMPLETE}
    for key, rung, accuracy in told_before:
        if rung == 3:  # what was finished stays, as it was
            assert complete[key].values[0] == accuracy, lives
            assert complete[key].user_attrs[attr.RUNGS]["3"] == accuracy, lives
    start_points = [trial for trial in trials if attr.START_POINT in trial.user_attrs]
    assert [t.user_attrs[attr.START_POINT] for t in start_points if t.state == TrialState.COMPLETE] == ["Small"], lives


def test_a_result_whose_telling_was_cut_short_is_told_by_the_next():
    study = optuna.create_study(directions=["maximize", "minimize"], storage=InMemoryStorage())
    trial = study.ask()
    trial.set_user_attr(attr.PROCESS_ID, NOBODY)
    trial.set_user_attr(attr.MILESTONE, 3)
    trial.set_user_attr(attr.RESULT, (0.75, 100.0))
    end_orphans(study)
    (ended,) = study.trials
    assert (ended.state, ended.values, ended.user_attrs[attr.RUNGS]) == (
        TrialState.COMPLETE,
        [0.75, 100.0],
        {"3": 0.75},
    )

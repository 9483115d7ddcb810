"""The study loop with workers that are quick, die, fail, or answer late."""

import time

import optuna
import pytest
from optuna.trial import TrialState

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.failures import TooManyFailures, in_common
from search.optimizer.study.opening import open_study
from search.optimizer.study.starter import SpaceExhausted
from search.optimizer.trials import attributes as attr
from search.training.recipe import ONE_CYCLE
from search.workers.loop import run
from search.workers.messages import EpochDone, JobDone, JobFailed, WorkerDied
from tests.toy_space import ToySpace, fake_accuracy


class FakePool:
    """Trains in no time, the last job first; `fate` says how a job ends, None for well."""

    def __init__(self, size=1, fate=lambda job: None):
        self.size, self.fate, self.jobs, self.started = size, fate, [], []

    @property
    def free(self):
        return self.size - len(self.jobs)

    def start(self, job):
        assert self.free > 0
        self.jobs.append(job)
        self.started.append(job)

    def events(self, *, timeout):
        job = self.jobs[-1]
        yield EpochDone(job.trial, (1, 0.5, 1.0, 0.1, 1.0, 100.0))
        self.jobs.pop()
        yield self.fate(job) or JobDone(job.trial, fake_accuracy(job.architecture), 1.0)


def toy(widths=(8, 16, 32, 64)):
    return open_study(
        "toy",
        Problem(ToySpace(widths), caps=Caps(), ladder=Ladder((1,))),
        storage=optuna.storages.InMemoryStorage(),
        sampler="random",
        seed=0,
        settings={},
    )


def search(study, pool, *, total, stop=lambda: False, max_failures=None):
    seen = []
    run(study, pool, total=total, recipe=ONE_CYCLE, watch=seen.append, stop=stop, max_failures=max_failures)
    return seen


@pytest.mark.parametrize("workers", [1, 3, 20])
def test_exactly_the_total_is_trained_whatever_the_number_of_workers(workers):
    study, pool = toy(), FakePool(workers)
    search(study, pool, total=12)
    assert len(pool.started) == len(study.complete_trials()) == 12
    assert study.running() == []


def test_the_epochs_are_stored_with_the_trial_and_with_the_time_of_their_ends():
    study, before = toy(), time.time()
    search(study, FakePool(), total=1)
    [[*measured, end]] = study.complete_trials()[0].user_attrs["epochs"]
    assert measured == [1, 0.5, 1.0, 0.1, 1.0, 100.0]
    assert before <= end <= time.time()


def test_a_network_whose_worker_died_once_is_trained_again():
    deaths = []

    def fate(job):
        if not deaths:
            deaths.append(job)
            return WorkerDied(job.trial, "its worker was killed by SIGKILL")

    study, pool = toy(), FakePool(fate=fate)
    search(study, pool, total=5)
    assert len(pool.started) == 6
    assert pool.started[1].architecture == deaths[0].architecture
    assert len(study.complete_trials()) == 5


def test_a_network_whose_workers_die_twice_has_failed_and_the_search_goes_on():
    study, doomed = toy(), []

    def fate(job):
        doomed.append(job.architecture.key)
        if job.architecture.key == doomed[0]:
            return WorkerDied(job.trial, "its worker was killed by SIGKILL")

    search(study, FakePool(fate=fate), total=5)
    failed = [trial for trial in study.trained() if trial.state == TrialState.FAIL]
    assert [trial.user_attrs["architecture.key"] for trial in failed] == [doomed[0]]
    assert doomed.count(doomed[0]) == 2
    assert len(study.complete_trials()) == 4


def test_a_network_whose_machines_are_lost_is_trained_again_however_often():
    lost = []

    def fate(job):
        if len(lost) < 4:
            lost.append(job.architecture.key)
            return WorkerDied(job.trial, "its node is gone", blameless=True)

    study, pool = toy(), FakePool(fate=fate)
    search(study, pool, total=3)
    assert len(set(lost)) == 1 and len(pool.started) == 7
    assert [trial.user_attrs.get(attr.DEATHS) for trial in study.trials()] == [None] * 7
    assert len(study.complete_trials()) == 3


class SlowToCome(FakePool):
    """No worker is there at the first calls, nor in the middle for a while."""

    calls = 0

    @property
    def free(self):
        away = self.calls < 3 or (len(self.started) == 2 and self.calls < 9)
        return 0 if away else super().free

    def events(self, *, timeout):
        self.calls += 1
        if self.jobs:
            yield from super().events(timeout=timeout)


def test_a_cluster_without_workers_is_waited_for_until_there_are_some():
    study, pool = toy(), SlowToCome()
    search(study, pool, total=4)
    assert len(study.complete_trials()) == 4
    assert pool.calls > 9


def test_a_cluster_without_workers_is_not_waited_for_when_all_is_done():
    study = toy()
    search(study, FakePool(), total=4)
    pool = FakePool(size=0)
    search(study, pool, total=4)
    assert pool.started == []


def test_a_failed_job_counts_and_is_reported():
    study = toy()
    seen = search(
        study, FakePool(fate=lambda job: JobFailed(job.trial, "no luck") if job.trial == 1 else None), total=3
    )
    assert [trial.state.name for trial in study.trained()] == ["COMPLETE", "FAIL", "COMPLETE"]
    assert JobFailed(1, "no luck") in seen


def test_many_failures_in_a_row_end_the_search():
    study = toy()
    with pytest.raises(TooManyFailures) as error:
        search(study, FakePool(fate=lambda job: JobFailed(job.trial, "no luck")), total=12, max_failures=4)
    assert len([trial for trial in study.trained() if trial.state == TrialState.FAIL]) == 4
    assert str(error.value).startswith("4 trials in a row have failed. Each time: no luck. ")


def test_failures_that_are_not_in_a_row_end_nothing():
    study = toy()
    search(
        study,
        FakePool(fate=lambda job: JobFailed(job.trial, "no luck") if job.trial % 2 else None),
        total=12,
        max_failures=2,
    )
    assert len(study.complete_trials()) == 6


def test_what_failed_trials_have_in_common_is_what_others_have_not():
    study = toy()
    search(study, FakePool(fate=lambda job: JobFailed(job.trial, "no room") if wide(job) else None), total=40)
    failed = [trial for trial in study.trained() if trial.state == TrialState.FAIL]
    assert len(failed) > 3
    assert in_common(failed, study.complete_trials()) == "Each time: no room. All have width1 = 64."
    assert in_common(failed[:1], []) == "Each time: no room."
    cheap = [trial for trial in study.complete_trials() if trial.user_attrs[attr.MACS] < 8000]
    dear = [trial for trial in failed if trial.user_attrs[attr.MACS] >= 8000]
    assert "All cost more than any network that has trained: 1" in in_common(dear, cheap)


def wide(job):
    return job.architecture.widths[0] == 64


def test_a_request_to_stop_starts_nothing_more_and_leaves_running_trials_to_the_caller():
    study, pool = toy(), FakePool(3)
    search(study, pool, total=12, stop=lambda: len(pool.started) >= 2)
    assert len(pool.started) == 2
    assert len(study.running()) == 1
    study.close("stopped")
    assert study.running() == []


def test_an_exhausted_space_finishes_what_was_started():
    study, pool = toy(widths=(8, 16)), FakePool(3)
    with pytest.raises(SpaceExhausted):
        search(study, pool, total=100)
    assert len(study.complete_trials()) == 8
    assert study.running() == []

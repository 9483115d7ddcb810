"""Rungs: the promise that what is non-dominated is never stopped, and pausing and going on."""

import itertools
from random import Random

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import front
from search.optimizer.rungs import Ladder, non_dominated_within_noise
from search.optimizer.sampler.registry import SAMPLERS
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.optuna_storage import set_trial_attr
from search.optimizer.trials.records import last_rung, reached
from search.optimizer.trials.status import counts, is_paused
from search.training.recipe import ONE_CYCLE
from search.workers.loop import run
from search.workers.messages import EpochDone, JobDone, WorkerDied
from tests.toy_space import ToyNetwork, ToySpace, fake_accuracy

WIDTHS = tuple(range(4, 68, 4))


@pytest.mark.parametrize("seed", range(40))
def test_promising_is_what_no_cheaper_result_beats_by_more_than_the_noise(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 30))
    losses, costs = random.integers(0, 8, n) / 4, random.integers(1, 6, n)
    noise = float(random.choice([0.0, 0.25, 0.6]))
    expected = [not any(losses[j] < losses[i] - noise for j in range(n) if costs[j] <= costs[i]) for i in range(n)]
    found = non_dominated_within_noise(losses, costs, noise=noise)
    assert found.tolist() == expected
    assert found[front(losses, costs)].all()


def test_of_nothing_nothing_is_promising():
    assert non_dominated_within_noise([], [], noise=0.1).tolist() == []


def measured(network, epochs, *, seed):
    """A made-up accuracy that grows with the epochs, some networks faster than others, with noise.

    Only the first width helps, so that most networks are dominated.
    """
    random = Random(f"{network.widths} {epochs} {seed}")
    speed = 0.1 + 0.1 * Random(str(network.widths)).random()
    return fake_accuracy(ToyNetwork(network.widths[:1])) * (1 - speed / epochs) + random.gauss(0, 0.003)


class Pool:
    """Trains in no time; remembers the jobs, and kills the workers of those that `dies` picks."""

    def __init__(self, size=1, dies=lambda job: False, seed=0):
        self.size, self.dies, self.seed, self.waiting, self.jobs = size, dies, seed, [], []

    @property
    def free(self):
        return self.size - len(self.waiting)

    def start(self, job):
        self.waiting.append(job)
        self.jobs.append(job)

    def events(self, *, timeout):
        job = self.waiting.pop(0)
        if self.dies(job):
            yield EpochDone(job.trial, (job.resume_from + 1, 0.1, 1.0, 0.1, 1.0, 100.0))
            yield WorkerDied(job.trial, "its worker was killed by SIGKILL")
            return
        for number in range(job.resume_from + 1, job.milestones[-1] + 1):
            yield EpochDone(job.trial, (number, 0.5, 1.0, 0.1, 1.0, 100.0))
        yield JobDone(
            job.trial, measured(job.architecture, job.milestones[-1], seed=self.seed), float(job.milestones[-1])
        )


def toy(*, sampler="known-cost", storage=None, seed=0, rungs=(1, 3, 9), widths=WIDTHS, caps=None):
    return open_study(
        "toy",
        Problem(ToySpace(widths), caps=caps or Caps(), ladder=Ladder(rungs)),
        storage=storage or optuna.storages.InMemoryStorage(),
        sampler=sampler,
        seed=seed,
        settings={},
    )


def search(study, pool, total, stop=lambda: False):
    run(study, pool, total=total, recipe=ONE_CYCLE, watch=lambda event: None, stop=stop)
    study.close("the search ended")


@pytest.mark.parametrize(
    ("sampler", "seed"),
    [
        *((name, 0) for name in SAMPLERS),
        *(pytest.param("known-cost", seed, marks=pytest.mark.long) for seed in range(1, 5)),
    ],
)
def test_no_finished_search_has_stopped_what_is_non_dominated_at_its_rung(sampler, seed):
    study = toy(sampler=sampler, seed=seed)
    search(study, Pool(seed=seed), 30)
    trials = study.trained()
    assert len(trials) == 30
    assert [t.state for t in trials if attr.START_POINT in t.user_attrs] == [TrialState.COMPLETE]
    stopped = [trial for trial in trials if trial.state == TrialState.PRUNED]
    assert stopped  # or there is nothing to see
    for trial in stopped:
        rung = last_rung(trial)
        peers = [other for other in trials if rung in reached(other)]
        better = [
            other
            for other in peers
            if other.user_attrs[attr.MACS] <= trial.user_attrs[attr.MACS]
            and reached(other)[rung] > reached(trial)[rung]
        ]
        assert better, f"trial {trial.number} was stopped at {rung}"


@pytest.mark.long
def test_a_later_search_takes_up_what_was_stopped_within_its_caps_only():
    storage = optuna.storages.InMemoryStorage()
    first = toy(storage=storage)
    search(first, Pool(), 20, stop=lambda: len(first.trained()) >= 20)  # Much is left waiting.
    least = 1.2 * float(np.median([2 * trial.user_attrs[attr.MACS] for trial in first.trained()]))
    outside = [t for t in first.trials() if t.state == TrialState.PRUNED and 2 * t.user_attrs[attr.MACS] < least]
    assert outside
    later, pool = toy(storage=storage, caps=Caps(min_flops=least)), Pool()
    search(later, pool, 30)
    assert pool.jobs
    assert all(job.architecture.cost().flops >= least for job in pool.jobs)


@pytest.mark.parametrize("workers", [1, pytest.param(4, marks=pytest.mark.long)])
def test_trials_pause_go_on_from_where_they_were_and_count_once(workers):
    study, pool = toy(), Pool(workers)
    search(study, pool, 25)
    trials = study.trained()
    assert len(trials) == 25
    assert {trial.state for trial in trials} == {TrialState.COMPLETE, TrialState.PRUNED}
    by_trial = {
        number: list(jobs)
        for number, jobs in itertools.groupby(sorted(pool.jobs, key=lambda job: job.trial), key=lambda job: job.trial)
    }
    for trial in trials:
        jobs = by_trial[trial.number]
        assert list(reached(trial)) == [1, 3, 9][: len(reached(trial))]
        assert [job.resume_from for job in jobs] == [0, 1, 3][: len(jobs)]
        assert [job.milestones for job in jobs] == [(1,), (3,), (9,)][: len(jobs)]
        assert [job.last for job in jobs] == [False, False, True][: len(jobs)]
        assert list(reached(trial)) == [1, 3, 9][: len(jobs)]
        assert [epoch[0] for epoch in trial.user_attrs[attr.EPOCHS]] == list(range(1, last_rung(trial) + 1))
        assert trial.user_attrs[attr.SECONDS] == sum(job.milestones[-1] for job in jobs)
        assert (trial.state == TrialState.COMPLETE) == (len(jobs) == 3)
    assert len({trial.user_attrs[attr.KEY] for trial in trials}) == 25


@pytest.mark.long
def test_fewer_epochs_are_trained_than_without_rungs():
    pool = Pool()
    search(toy(), pool, 40)
    assert sum(job.milestones[-1] - job.resume_from for job in pool.jobs) < 0.85 * 40 * 9


def test_the_front_is_of_the_top_rung_alone():
    study = toy()
    search(study, Pool(), 20)
    assert all(trial.values[0] == reached(trial)[9] for trial in study.front())
    assert {trial.number for trial in study.complete_trials()} == {t.number for t in study.trials() if 9 in reached(t)}


@pytest.mark.long
def test_what_was_stopped_by_hand_is_taken_up_later_and_nothing_counts_twice():
    storage = optuna.storages.InMemoryStorage()
    first = toy(storage=storage)
    pool = Pool()
    search(first, pool, 25, stop=lambda: len(pool.jobs) >= 12)
    before = first.trained()
    assert all(trial.state.is_finished() for trial in first.trials() if trial.state != TrialState.WAITING)
    assert any(trial.state == TrialState.PRUNED for trial in before)
    again = toy(storage=storage)
    search(again, Pool(), 25)
    assert len(again.trained()) == 25
    resumed = [trial for trial in again.trials() if attr.RESUMES in trial.user_attrs]
    assert resumed  # The first search was stopped among promising ones.
    for trial in resumed:
        original = again.trials()[trial.user_attrs[attr.RESUMES]]
        assert trial.user_attrs[attr.KEY] == original.user_attrs[attr.KEY]
        assert last_rung(trial) > last_rung(original)
        assert not counts(trial)
    # Having finished, the same command has nothing to do.
    assert toy(storage=storage).must_promote() == []


@pytest.mark.long
def test_a_worker_that_dies_on_the_way_up_leaves_the_trial_where_it_was():
    died = []

    def dies(job):
        if job.resume_from and not died:
            died.append(job)
            return True

    study, pool = toy(), Pool(dies=dies)
    search(study, pool, 20)
    trial = study.trials()[died[0].trial]
    assert len(study.trained()) == 20
    assert trial.state in (TrialState.COMPLETE, TrialState.PRUNED)
    assert [epoch[0] for epoch in trial.user_attrs[attr.EPOCHS]] == list(range(1, last_rung(trial) + 1)) or (
        trial.state == TrialState.PRUNED
    )


def test_trials_of_a_dead_process_that_had_reached_a_rung_are_kept():
    storage = optuna.storages.InMemoryStorage()
    lost = toy(storage=storage)
    lost.ask()  # the start point
    proposal = lost.ask()
    lost.record_rung(proposal.number, accuracy=0.5, seconds=1.0)
    assert is_paused(lost.trials()[proposal.number])
    assert lost.running() == [0]
    trial = lost.trials()[proposal.number]
    process = trial.user_attrs[attr.PROCESS_ID].replace(":", ":9", 1) + "9"
    set_trial_attr(lost.optuna_study, trial, attr.PROCESS_ID, process)
    again = toy(storage=storage)
    assert again.trials()[proposal.number].state == TrialState.PRUNED
    assert len(again.trained()) == 2
    assert [trial.number for trial in again.must_promote()] == [proposal.number]

    class Unasked(optuna.samplers.RandomSampler):
        def before_trial(self, study, trial):
            raise AssertionError("a proposal was asked for, which takes long, and nothing was to be proposed")

    again.optuna_study.sampler = Unasked()
    resumed = again.ask_to_finish()
    assert resumed.architecture == proposal.architecture
    assert resumed.milestones == (1, 3)
    for number in range(1, 4):
        again.record_epoch(resumed.number, (number, number / 10, 1.0, 0.1, 1.0, 100.0))
    again.record_rung(resumed.number, accuracy=0.3, seconds=1.0)
    assert reached(again.trials()[resumed.number]) == {1: 0.1, 3: 0.3}  # as it passed the rung again


def test_a_start_point_begins_at_the_lowest_rung_and_is_trained_to_its_end_however_bad_it_is():
    study = toy()
    first = study.ask()
    assert attr.START_POINT in study.trials()[first.number].user_attrs
    assert first.milestones == (1,)
    study.record_rung(first.number, accuracy=0.01, seconds=1.0)
    for _ in range(3):
        other = study.ask()
        study.record_rung(other.number, accuracy=0.9, seconds=1.0)
    assert first.number in {trial.number for trial in study.must_promote()}
    finished = []
    while (proposal := study.ask_to_finish()) is not None:
        finished.append(proposal.number)
        study.record_rung(proposal.number, accuracy=0.01, seconds=1.0)
    assert finished.count(first.number) == 2
    assert study.trials()[first.number].state == TrialState.COMPLETE


def test_the_same_seed_asks_for_the_same_trainings():
    pools = [Pool(), Pool()]
    for pool in pools:
        search(toy(seed=3), pool, 15)
    assert [(j.architecture, j.milestones) for j in pools[0].jobs] == [
        (j.architecture, j.milestones) for j in pools[1].jobs
    ]

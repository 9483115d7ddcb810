"""Speeds of workers, by a clock that is set by hand."""

import pytest

from search.display.work import RECENT_EPOCHS, Work
from search.optimizer.study.proposal import Proposal
from search.workers.messages import EpochDone, JobDone, JobFailed, WorkerDied


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def epoch(number, seconds):
    return (number, 0.5, 1.0, 0.1, seconds, 1.0, 1.0, 0.5)


def begin(work, trial, *, resume_from=0, milestone=9):
    work.note(Proposal(trial, None, 0, (milestone,), resume_from))


def test_nothing_is_known_before_anything_happened(clock):
    work = Work(clock)
    assert work.images_per_second(1000) is None
    assert (work.workers_busy, work.preparing, work.done) == (0, 0, 0)


def test_images_a_second_are_those_of_all_workers_together(clock):
    work = Work(clock)
    begin(work, 0), begin(work, 1)
    for number in range(1, 8):
        clock.now = 10.0 * number
        work.note(EpochDone(0, epoch(number, 10.0)))
        work.note(EpochDone(1, epoch(number, 10.0)))
    assert work.images_per_second(500) == pytest.approx(100)


def test_only_the_last_epochs_count(clock):
    work = Work(clock)
    begin(work, 0)
    for number in range(1, 2 * RECENT_EPOCHS):
        clock.now += 100.0 if number < RECENT_EPOCHS else 2.0
        work.note(EpochDone(0, epoch(number, 100.0 if number < RECENT_EPOCHS else 2.0)))
    assert work.images_per_second(500) == pytest.approx(250)


def test_epochs_that_take_no_time_have_no_speed(clock):
    work = Work(clock)
    begin(work, 0)
    work.note(EpochDone(0, epoch(1, 0.0)))
    assert work.images_per_second(500) is None


def test_a_running_job(clock):
    work = Work(clock)
    begin(work, 4, resume_from=3, milestone=9)
    assert work.running[4].seconds_per_epoch is None
    clock.now = 12.0
    work.note(EpochDone(4, epoch(4, 8.0)))
    job = work.running[4]
    assert (job.epoch, job.milestone, job.seconds_per_epoch, job.last_message) == (4, 9, 8.0, 12.0)


def test_workers_that_wait_are_not_busy(clock):
    work = Work(clock)
    begin(work, 0), begin(work, 1)
    clock.now = 10.0
    work.note(JobFailed(0, "no luck"))
    clock.now = 20.0
    assert work.workers_busy == pytest.approx((10 + 20) / 20)
    work.note(WorkerDied(1, "killed"))
    clock.now = 60.0
    assert work.workers_busy == pytest.approx((10 + 20) / 60)
    assert work.running == {}


def test_preparing_is_what_a_job_took_beyond_its_epochs(clock):
    work = Work(clock)
    for trial, preparing in ((0, 4.0), (1, 8.0)):
        begin(work, trial)
        work.note(EpochDone(trial, epoch(1, 10.0)))
        work.note(JobDone(trial, 0.5, 10.0 + preparing))
    assert work.preparing == pytest.approx(6)
    assert work.done == 2

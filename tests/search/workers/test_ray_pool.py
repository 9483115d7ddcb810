"""The search's side of a Ray cluster, with a stand-in for the process that talks to Ray."""

import importlib.util

import pytest

from search.errors import SearchError
from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers import ray_pool
from search.workers.child_process import ChildEndedError
from search.workers.cluster import Capacity, Cluster
from search.workers.messages import EpochDone, Job
from search.workers.ray_pool import RayPool, find_capacity
from search.workers.ray_process import PoolFailed, PoolStatus


class FakeProcess:
    """Answers with `messages`, one after the other; an exception is raised."""

    messages: list = []

    def __init__(self, target, *arguments):
        self.sent, self.ended = [], False
        FakeProcess.last = self

    def send(self, message):
        self.sent.append(message)

    def receive(self, *, timeout=0.0):
        message = self.messages.pop(0) if self.messages else None
        if isinstance(message, Exception):
            raise message
        return message

    def end(self, *, timeout=0.0):
        self.ended = True


@pytest.fixture
def answers(monkeypatch):
    """What the process will say."""
    monkeypatch.setattr(ray_pool, "ChildProcess", FakeProcess)
    monkeypatch.setattr(FakeProcess, "messages", [])
    return FakeProcess.messages


def test_the_capacity_is_what_the_process_reports(answers):
    answers.append(Capacity(2, 8, 1, 0))
    assert find_capacity(Cluster()) == Capacity(2, 8, 1, 0)
    assert FakeProcess.last.ended


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, r"there is no Ray cluster at h:1 \(no answer for 60 seconds\)\. Start one with ray start --head"),
        (PoolFailed("no cluster."), "^no cluster.$"),
        (Capacity(1, 0, 64, 0), "which now has room for 0 workers of 64 CPUs. Ask for less with --worker-cpus"),
        (ChildEndedError(), "the Ray cluster at h:1 is gone or can no longer be reached"),
    ],
    ids=["silent", "failed", "full", "ended"],
)
def test_a_cluster_without_room_is_one_sentence(answers, answer, message):
    answers.append(answer)
    with pytest.raises(SearchError, match=message):
        find_capacity(Cluster("h:1"))
    assert FakeProcess.last.ended


def test_a_full_cluster_is_waited_for_where_a_number_of_workers_was_asked_for(answers):
    answers.append(Capacity(1, 0, 1, 0))
    assert find_capacity(Cluster(workers=4)).workers == 0


def test_without_ray_the_extra_is_named(answers, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SearchError, match=r"--cluster needs Ray. .* -m pip install '.*\[cluster\]'\."):
        find_capacity(Cluster())


@pytest.fixture
def pool(answers, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with RayPool(load("digits", train_limit=50), Cluster(), weights=tmp_path) as pool:
        yield pool
    assert FakeProcess.last.ended


def test_a_worker_is_free_unless_a_job_is_on_its_way_to_it(pool, answers):
    assert pool.free == 0
    answers.append(PoolStatus(idle=2, received=0))
    assert list(pool.events(timeout=0)) == []
    assert pool.free == 2
    job = Job(1, "network", seed=0, recipe=ONE_CYCLE, milestones=(1,))
    pool.start(job)
    assert pool.free == 1 and FakeProcess.last.sent == [job]
    answers += [PoolStatus(idle=1, received=1), EpochDone(1, (1,))]
    assert list(pool.events(timeout=0)) == [EpochDone(1, (1,))]
    assert pool.free == 1


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (PoolFailed("it broke."), "^it broke. Finished trainings are kept"),
        (ChildEndedError(), "the Ray cluster is gone"),
    ],
    ids=["failed", "ended"],
)
def test_a_cluster_that_is_lost_is_one_sentence(pool, answers, message, expected):
    answers.append(message)
    with pytest.raises(SearchError, match=expected) as lost:
        list(pool.events(timeout=0))
    assert str(lost.value).endswith("same command continues.")

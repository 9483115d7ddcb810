"""The pool of Ray actors against a stand-in for Ray: who is started, who is ended, and what a loss is taken for."""

import sys

import pytest

from search.training.recipe import ONE_CYCLE
from search.workers import actor_pool, watchdog
from search.workers.actor_pool import ActorPool, NoWorkersError
from search.workers.cluster import Cluster
from search.workers.messages import EpochDone, Job, JobDone, JobFailed, WorkerDied
from tests.search.workers.fake_ray import ActorUnavailableError, FakeRay, RayError, RayTaskError, Reference


class Network:
    key = "network"


def job(trial=1):
    return Job(trial, Network(), seed=0, recipe=ONE_CYCLE, milestones=(1,))


@pytest.fixture
def ray(monkeypatch):
    fake = FakeRay("n1", "n2")
    monkeypatch.setitem(sys.modules, "ray", fake)
    monkeypatch.setattr(actor_pool, "SECONDS_BETWEEN_COUNTS", 0.0)
    return fake


@pytest.fixture
def make_pool(ray, tmp_path):
    """Makes a pool; its keyword arguments are those of `Cluster`."""
    return lambda **wanted: ActorPool("images", Cluster(**wanted), weights=tmp_path, worker_timeout=3_600)


def events_of(pool, *, times=1):
    return [event for _ in range(times) for event in pool.events(timeout=0)]


def test_there_are_as_many_workers_as_fit_and_they_come_and_go_with_nodes(ray, make_pool):
    pool = make_pool()
    assert pool.size == 0
    events_of(pool)
    assert (pool.size, pool.idle) == (2, 2)
    ray.alive["n3"] = True
    events_of(pool)
    assert pool.size == 3


def test_a_number_that_was_asked_for_is_asked_of_ray_even_where_it_does_not_fit(ray, make_pool):
    pool, ray.started = make_pool(workers=5), False
    events_of(pool)
    assert (len(ray.actors), pool.size) == (5, 0)


def test_actors_that_wait_for_a_place_are_given_up_when_a_node_is_gone(ray, make_pool):
    pool, ray.started = make_pool(), False
    events_of(pool)
    ray.alive["n2"] = False
    events_of(pool)
    assert [actor in ray.actors for actor, _ in ray.killed] == [True]


def test_an_actor_that_is_not_to_be_reached_yet_is_waited_for(ray, make_pool, monkeypatch):
    answers = [Reference(ActorUnavailableError()), Reference("n1"), Reference("n2")]
    monkeypatch.setattr(ray, "starting", lambda actor: answers.pop(0))
    pool = make_pool(workers=2)
    events_of(pool)
    assert pool.idle == 1
    events_of(pool)
    assert pool.idle == 2


def test_a_worker_that_can_not_start_ends_it_with_the_reason(ray, make_pool, monkeypatch):
    error = RayTaskError(ModuleNotFoundError("Traceback ...\nNo module named 'search'"))
    monkeypatch.setattr(ray, "starting", lambda actor: Reference(error))
    with pytest.raises(NoWorkersError, match="^ModuleNotFoundError: No module named 'search'$"):
        events_of(make_pool())


def test_a_job_reports_its_epochs_and_its_weights_go_with_the_next(ray, make_pool, tmp_path):
    pool = make_pool()
    events_of(pool)
    pool.start(job())
    assert pool.idle == 1
    [task] = ray.tasks
    assert task.weights is None
    task.put(EpochDone(1, (1,)))
    assert events_of(pool) == [EpochDone(1, (1,))]
    task.put(JobDone(1, 0.5, 1.0), b"weights")
    assert events_of(pool) == [JobDone(1, 0.5, 1.0)]
    assert pool.idle == 2
    pool.start(job(2))
    assert ray.tasks[1].weights == b"weights"
    ray.tasks[1].put(JobDone(2, 0.5, 1.0))  # the last job of the network: it sends no weights
    events_of(pool)
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_a_job_fails_the_job_and_the_worker_takes_the_next(ray, make_pool):
    pool = make_pool()
    events_of(pool)
    pool.start(job())
    ray.tasks[0].fail(RayTaskError(MemoryError("too large")))
    assert events_of(pool) == [JobFailed(1, "MemoryError: too large")]
    assert pool.idle == 2


def lose(ray, pool):
    """Start a job and lose its actor, which doesn't start again yet; returns the actor."""
    events_of(pool)
    ray.started = False
    pool.start(job())
    ray.tasks[0].fail(RayError("the actor died"))
    return ray.actors[1]


def test_a_worker_lost_with_its_node_is_not_the_network_s_fault(ray, make_pool):
    pool = make_pool()
    actor = lose(ray, pool)
    ray.alive[actor.on] = False
    assert events_of(pool) == [WorkerDied(1, "its node is gone", blameless=True)]


def test_a_worker_that_has_restarted_on_a_node_that_lives_has_died_alone(ray, make_pool):
    pool = make_pool()
    lose(ray, pool)
    assert events_of(pool, times=3) == []  # It is not known yet which of the two was lost.
    ray.started = True
    assert events_of(pool, times=2) == [WorkerDied(1, "its worker has died")]
    assert pool.idle == 2


def test_a_loss_whose_cause_does_not_become_known_counts_as_the_worker_s(ray, make_pool, monkeypatch):
    monkeypatch.setattr(actor_pool, "SECONDS_TO_FIND_CAUSE", -1.0)
    pool = make_pool()
    lose(ray, pool)
    assert events_of(pool, times=2) == [WorkerDied(1, "its worker has died")]


def test_a_silent_worker_is_ended_and_started_again(ray, tmp_path, monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS_PER_CHECK", 0.0)
    pool = ActorPool("images", Cluster(), weights=tmp_path, worker_timeout=-1)
    events_of(pool)
    pool.start(job())
    assert events_of(pool) == [WorkerDied(1, "its worker gave no sign for -0.0167 minutes")]
    assert ray.killed == [(ray.actors[1], False)]
    events_of(pool)
    assert pool.idle == 2

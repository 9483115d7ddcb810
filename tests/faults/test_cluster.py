"""A Ray cluster whose nodes are killed, with the study on a PostgreSQL server."""

import os
import signal
import time

import pytest

from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers.cluster import Cluster
from search.workers.messages import EpochDone, Job, JobDone, WorkerDied
from search.workers.ray_pool import RayPool
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead
from tests.faults.outcome import check_agrees, outcome
from tests.faults.real_search import STUDY, RealSearch, make_images
from tests.postgres import PASSWORD, server
from tests.ray_nodes import cluster

TRIALS = 7
SECONDS_TO_STOP = 10  # on a machine that does nothing else

LONGEST_WAIT = 600  # seconds; on a machine that does nothing else no wait takes more than twenty

pytestmark = [pytest.mark.faults, pytest.mark.timeout(4 * LONGEST_WAIT)]


@pytest.fixture(scope="module")
def nodes():
    with cluster(nodes=1) as started:
        yield started


def training(trial, *, filters=4, resume_from=0, epochs=1):
    network = Architecture((32, 32, 3), (StandardConv(filters, strides=4), MaxPool()), GlobalAverageHead(10))
    return Job(trial, network, seed=1, recipe=ONE_CYCLE, milestones=(epochs,), resume_from=resume_from, last=False)


def events_until(pool, kind):
    events = []
    while not any(isinstance(event, kind) for event in events):
        events += pool.events(timeout=1)
    return events


def wait_for_a_worker(pool):
    while not pool.free:
        assert all(isinstance(event, EpochDone) for event in pool.events(timeout=1))


@pytest.mark.long
def test_a_training_continues_on_another_node_and_the_pool_grows_and_shrinks(nodes, tmp_path):
    with RayPool(load("digits", train_limit=256), Cluster(nodes.address), weights=tmp_path) as pool:
        assert pool.free == 0
        wait_for_a_worker(pool)
        assert pool.free == 1
        pool.start(training(1, epochs=1))
        done = events_until(pool, JobDone)
        assert [event.epoch[0] for event in done[:-1]] == [1]
        pool.start(training(2, filters=5, epochs=10**6))
        events_until(pool, EpochDone)
        nodes.add()
        wait_for_a_worker(pool)
        nodes.kill()  # on which trial 2 was
        assert events_until(pool, WorkerDied)[-1] == WorkerDied(2, "its node is gone", blameless=True)
        assert pool.free == 1
        pool.start(training(1, resume_from=1, epochs=3))
        assert [event.epoch[0] for event in events_until(pool, JobDone)[:-1]] == [2, 3]


def test_a_node_is_killed_in_the_middle_of_a_search(nodes, tmp_path, monkeypatch, report_fault):
    make_images(tmp_path)
    nodes.add()
    with server(fsync="off") as postgres:
        monkeypatch.setenv("PGPASSWORD", PASSWORD)
        url = postgres.url_with_password.replace("postgresql:", "postgresql+psycopg2:")
        flags = ["--trials", str(TRIALS), "--cluster", "auto", "--workers", "auto", "--storage", postgres.url]

        search = RealSearch(tmp_path, *flags)
        search.wait_for(search.reported, timeout=LONGEST_WAIT)
        asked = time.monotonic()
        search.process.send_signal(signal.SIGINT)
        assert search.process.wait(LONGEST_WAIT) == 130
        assert time.monotonic() - asked < SECONDS_TO_STOP * max(1.0, os.getloadavg()[0] / os.cpu_count())
        assert outcome(tmp_path, STUDY, reported=search.reported(), storage=url).running == 0

        search = RealSearch(tmp_path, *flags)
        _progress(search, len(search.reported()))
        nodes.kill()
        recovery = _progress(search, len(search.reported()))
        assert search.process.wait(LONGEST_WAIT) == 0, search.output()

        result = outcome(tmp_path, STUDY, reported=search.reported(), storage=url)
        report_fault(
            "SIGKILL of a node of a Ray cluster, study on PostgreSQL", 1, result.lost, result.doubled, recovery
        )
        assert (result.counted, result.lost, result.doubled, result.running) == (TRIALS, 0, 0, 0)
        check_agrees(tmp_path, STUDY, "--storage", postgres.url)
        for word in ("Traceback", "raylet", "ray::", "WARNING", PASSWORD):
            assert word not in search.output()


def _progress(search, before):
    """Wait until it has reported more than `before` complete trials, or has ended well; returns the seconds."""
    return search.wait_for(lambda: len(search.reported()) > before or search.process.poll() == 0, timeout=LONGEST_WAIT)


@pytest.mark.long
def test_a_cluster_that_is_lost_ends_the_search_with_a_sentence_and_nothing_seems_to_run(nodes, tmp_path):
    make_images(tmp_path)
    search = RealSearch(tmp_path, "--trials", str(TRIALS), "--cluster", nodes.address, "--workers", "auto")
    search.wait_for(search.reported, timeout=LONGEST_WAIT)
    nodes.kill_head()
    assert search.process.wait(LONGEST_WAIT) == 1
    last = search.output().strip().splitlines()[-1]
    assert last.startswith("error: the Ray cluster at ") and last.endswith("the same command continues.")
    assert outcome(tmp_path, STUDY, reported=search.reported()).running == 0

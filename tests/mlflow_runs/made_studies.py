"""Fixtures: made-up studies, and a real SQLite store for each test."""

import dataclasses
import math
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mlflow_runs.mirror import Mirror
from mlflow_runs.records import Epoch, Progress, StudyRecord, TrialRecord
from mlflow_runs.stored import store

START_MS = 1_790_000_000_000
SETTINGS = {"space": "hybrid", "dataset": "cifar10", "sampler": "tpe", "seed": 0}
VERSIONS = {"tensorflow": "2.21.0", "optuna": "5.0.0", "git_commit": "0123abc"}


def make_trial(number, *, rng=None, state="COMPLETE", **changes):
    """A trial with a random cost, in FLOPs unless `cost` is given, and an accuracy that tends to grow with it."""
    rng = rng or random.Random(number)
    macs = int(10 ** rng.uniform(5.8, 7.6))
    accuracy = 0.4 + 0.2 * (math.log10(macs) - 5.8) + rng.gauss(0, 0.03)
    finished = state != "RUNNING"
    trial = TrialRecord(
        number=number,
        state=state,
        params={"head": rng.choice(["flatten", "average"]), "width": rng.choice([16, 32, 64]), "stages": 3},
        key=f"{rng.getrandbits(48):012x}",
        words=f"std32 | sep{rng.choice([64, 128])} | average",
        macs=macs,
        flops=2 * macs,
        params_count=macs // 30,
        ram_bytes=65536,
        flash_bytes=20_000 + macs // 30,
        accuracy=accuracy if state == "COMPLETE" else None,
        rungs={"COMPLETE": {1: 0.5 * accuracy, 5: accuracy}, "PRUNED": {1: 0.5 * accuracy}}.get(state, {}),
        seconds=55.5 if finished else None,
        epochs=[Epoch(e, accuracy * (1 - 0.5**e), 2.0 * 0.8**e, 0.2 / e) for e in range(1, 6)] if finished else (),
        layers=[{"name": f"conv{i}", "kind": "standard", "multiply_adds": macs // 3} for i in range(3)],
        reason={"PRUNED": "behind the front", "FAIL": "out of memory"}.get(state, ""),
        started_ms=START_MS + 60_000 * number,
        ended_ms=START_MS + 60_000 * number + 55_500 if finished else None,
    )
    trial = dataclasses.replace(trial, **changes)
    if state == "COMPLETE" and "rungs" not in changes:
        trial = dataclasses.replace(trial, rungs={**trial.rungs, 5: trial.accuracy})
    return dataclasses.replace(trial, cost=changes.get("cost", trial.flops))


def brute_front(points):
    """Keys of the points nothing dominates, cheapest first; of equals the first.

    Args:
        points: (cost, accuracy) by key.
    """

    def is_dominated(key):
        cost, accuracy = points[key]
        return any(
            (c <= cost and a >= accuracy) and ((c, a) != (cost, accuracy) or other < key)
            for other, (c, a) in points.items()
            if other != key
        )

    return sorted((key for key in points if not is_dominated(key)), key=lambda key: points[key])


def make_study(trials, *, state="RUNNING", name="hybrid", **changes):
    """A study with the front and the progress that belong to its trials."""
    complete = {t.number: (t.cost, t.accuracy) for t in trials if t.state == "COMPLETE"}
    front = brute_front(complete)
    ended = [t.number for t in trials if t.state != "RUNNING"]
    study = StudyRecord(
        name=name,
        state=state,
        settings=SETTINGS,
        versions=VERSIONS,
        trials=list(trials),
        front=front,
        knee=front[len(front) // 2] if front else None,
        progress=[
            Progress(number, 1 + place, 1 - 1 / (2 + place), 1 + place % 3) for place, number in enumerate(ended)
        ],
    )
    return dataclasses.replace(study, **changes)


@pytest.fixture(scope="session", name="trial")
def _trial():
    return make_trial


@pytest.fixture(scope="session", name="study")
def _study():
    return make_study


@pytest.fixture(scope="session", name="brute_front")
def _brute_front():
    return brute_front


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """A store as `prepare` makes it; making one takes a second, copying one does not."""
    path = tmp_path_factory.mktemp("empty") / "mlflow.db"
    store.prepare(f"sqlite:///{path}")
    return path


@pytest.fixture
def uri(empty_store, tmp_path):
    """The URI of an empty store of the test's own."""
    path = tmp_path / "mlflow.db"
    _copy(empty_store, path)
    return f"sqlite:///{path}"


def _copy(source, target):
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=WAL")
        new.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session", name="ended_study")
def _ended_study():
    """Six trials in each state that a trial can end in."""
    states = ["COMPLETE", "COMPLETE", "PRUNED", "FAIL", "COMPLETE", "COMPLETE"]
    return make_study([make_trial(number, state=state) for number, state in enumerate(states)], state="FINISHED")


@pytest.fixture(scope="session")
def _store_of_ended_study(empty_store, ended_study, tmp_path_factory):
    path = tmp_path_factory.mktemp("mirrored") / "mlflow.db"
    _copy(empty_store, path)
    Mirror(tracking_uri=f"sqlite:///{path}", experiment="search").update(ended_study)
    return path


@pytest.fixture
def mirrored_uri(_store_of_ended_study, tmp_path):
    """The URI of a store of the test's own that holds `ended_study` in the experiment `search`.

    The artifacts are shared with other tests, so they must not be written.
    """
    path = tmp_path / "mirrored.db"
    _copy(_store_of_ended_study, path)
    return f"sqlite:///{path}"


@pytest.fixture
def reader(uri):
    """Reads a store back through `MlflowClient` alone."""
    return Reader(store.client(uri))


class Reader:
    """What the tests ask of a store."""

    def __init__(self, client):
        self.client = client

    def experiment(self, name="search"):
        return self.client.get_experiment_by_name(name)

    def runs(self):
        return list(self.client.search_runs([self.experiment().experiment_id], max_results=5000))

    def parents(self):
        return [run for run in self.runs() if "mlflow.parentRunId" not in run.data.tags]

    def parent(self):
        (parent,) = self.parents()
        return parent

    def children(self):
        """Runs by trial number; fails on duplicates."""
        runs = [run for run in self.runs() if "trial.number" in run.data.tags]
        by_number = {int(run.data.tags["trial.number"]): run for run in runs}
        assert len(by_number) == len(runs)
        return by_number

    def curves(self):
        """Runs that hold a front's curve."""
        return [run for run in self.runs() if run.data.tags["pareto.front"] == "curve"]

    def history(self, run, metric):
        return [(m.step, m.value) for m in self.client.get_metric_history(run.info.run_id, metric)]

    def artifact(self, run, path):
        return Path(self.client.download_artifacts(run.info.run_id, path)).read_bytes()

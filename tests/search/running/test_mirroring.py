"""A search that ends while MLflow is behind prints the command that brings it up to date."""

import time
from dataclasses import asdict

import optuna
import pytest

from mlflow_runs.errors import MirrorError
from search.optimizer.pareto import Bounds
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.running.mirroring import Mirroring

SYNC = "python -m search.sync made"


class FakeMirror:
    """MLflow that can go away, and what was written there."""

    def __init__(self):
        self.answers, self.states, self.located = True, [], []

    def __call__(self, **store):
        return self

    def update(self, record):
        if not self.answers:
            raise MirrorError("MLflow at http://host was not brought up to date: it does not answer.")
        self.states.append(record.state)

    def locate(self, study):
        self.located.append(study)

    def address(self):
        return None


@pytest.fixture
def study():
    made = optuna.create_study(
        storage=optuna.storages.InMemoryStorage(), study_name="made", directions=["maximize", "minimize"]
    )
    made.set_user_attr(attr.BOUNDS, asdict(Bounds(0.9, 1e3, 1e7)))
    made.set_user_attr(attr.SETTINGS, {"space": "hybrid", "recipe": {"name": "one-cycle"}, "epochs": 3})
    settings = {"space": "hybrid", "dataset": "digits", "recipe": "one-cycle", "max_flops": None}
    made.set_user_attr(attr.DISPLAY_SETTINGS, {"settings": settings, "export": "", "trials": 3})
    return StoredStudy(made)


@pytest.fixture
def mirror():
    return FakeMirror()


@pytest.fixture
def lines():
    return []


@pytest.fixture
def mirroring(study, mirror, lines):
    return Mirroring(study, store={}, say=lines.append, sync_command=SYNC, mirror=mirror)


@pytest.mark.parametrize("answers", [True, False])
def test_the_command_is_printed_where_it_is_needed(mirroring, mirror, lines, answers):
    mirroring.begin()
    mirror.answers = answers
    mirroring.end("FINISHED")
    assert mirror.states == ["RUNNING", *["FINISHED"] * answers]
    assert lines[1:] == ([] if answers else [f"MLflow is behind. To bring it up to date:\n  {SYNC}"])


def test_an_mlflow_that_is_away_at_the_start_is_an_error(mirroring, mirror):
    mirror.answers = False
    with pytest.raises(MirrorError, match="it does not answer"):
        mirroring.begin()


def test_nothing_is_written_without_news(mirroring, mirror):
    mirroring.begin()
    mirroring.catch_up()
    mirroring.notify()
    mirroring.catch_up()
    mirroring.end("INTERRUPTED")
    assert mirror.states == ["RUNNING", "RUNNING", "INTERRUPTED"]


def test_another_search_that_writes_is_left_alone(mirroring, mirror, study):
    study.optuna_study.set_user_attr(attr.MIRROR, {"owner": "another-machine:1:2", "at": time.time()})
    mirroring.begin()
    mirroring.notify()
    mirroring.catch_up()
    mirroring.end("FINISHED")
    assert (mirror.states, mirror.located) == ([], ["made"])

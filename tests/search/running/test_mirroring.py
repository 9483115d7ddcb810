"""A search that ends with MLflow behind says how it is caught up."""

import optuna
import pytest

from mlflow_runs.errors import MirrorError
from search.running import mirroring
from search.running.mirroring import Mirroring


class Mirror:
    """MLflow that goes away once it has answered."""

    answers = True

    def __init__(self, **store):
        pass

    def update(self, record):
        if not Mirror.answers:
            raise MirrorError("MLflow at http://host was not brought up to date: it does not answer.")

    def address(self):
        return None


class Nothing:
    """Stands in for what makes records and notes of a study."""

    def __init__(self, *study):
        pass

    def record(self, *, state):
        return state

    def update(self, record):
        pass


@pytest.fixture
def said(monkeypatch):
    for name, stand_in in {"Mirror": Mirror, "StudyRecorder": Nothing, "Notes": Nothing}.items():
        monkeypatch.setattr(mirroring, name, stand_in)
    return []


@pytest.mark.parametrize("answers", [True, False])
def test_the_command_is_told_where_it_is_needed(said, answers, monkeypatch):
    study = optuna.create_study(storage=optuna.storages.InMemoryStorage())
    holder = type("Study", (), {"optuna_study": study, "name": "made"})
    beside = Mirroring(holder, store={}, say=said.append, catch_up="python -m search.sync made")
    beside.begin()
    monkeypatch.setattr(Mirror, "answers", answers)
    beside.end("FINISHED")
    command = "MLflow is behind. To bring it up to date:\n  python -m search.sync made"
    assert said[1:] == ([] if answers else [command])

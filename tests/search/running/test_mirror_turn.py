"""One search at a time writes MLflow: who holds the turn, and when it passes on."""

import subprocess
import sys
import time

import optuna
import pytest

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import this_process
from search.running.mirror_turn import SECONDS_UNTIL_STALE, MirrorTurn

ELSEWHERE = "another-machine:1:2"


@pytest.fixture
def study():
    return optuna.create_study(storage=optuna.storages.InMemoryStorage(), study_name="shared")


def held_by(study, owner, *, seconds_ago=0.0):
    study.set_user_attr(attr.MIRROR, {"owner": owner, "at": time.time() - seconds_ago})


def test_the_first_takes_it_and_keeps_it(study):
    turn = MirrorTurn(study)
    assert turn.take() and turn.take()
    assert study.user_attrs[attr.MIRROR]["owner"] == this_process()


def test_another_that_is_at_work_keeps_it(study):
    held_by(study, ELSEWHERE, seconds_ago=SECONDS_UNTIL_STALE - 5)
    turn = MirrorTurn(study)
    assert not turn.take()
    turn.leave()
    assert study.user_attrs[attr.MIRROR]["owner"] == ELSEWHERE


def test_it_passes_on_when_the_other_leaves_or_falls_silent(study):
    held_by(study, ELSEWHERE, seconds_ago=SECONDS_UNTIL_STALE + 5)
    first = MirrorTurn(study)
    assert first.take()
    first.leave()
    assert study.user_attrs[attr.MIRROR] == {}
    assert MirrorTurn(study).take()


def test_it_passes_on_at_once_when_the_process_is_gone(study):
    code = "from search.optimizer.trials.process_id import this_process; print(this_process())"
    gone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    held_by(study, gone)
    assert MirrorTurn(study).take()

"""Trials that can't succeed: each fails with its reason and the search goes on; many in a row end it."""

import os
import re
import time

import optuna
import pytest
from mlflow import MlflowClient

from search.cli.storage import open_storage
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.failures import TooManyFailures
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.results.display_settings import DisplaySettings
from search.running.mirroring import Mirroring
from search.training.datasets import load
from search.training.recipe import ONE_CYCLE
from search.workers.local_pool import LocalPool
from search.workers.loop import run
from search.workers.machine import plan
from tests.faults.fake_search import DISPLAY_SETTINGS
from tests.faults.odd_networks import KINDS, OddSpace
from tests.faults.outcome import check_agrees, outcome

pytestmark = pytest.mark.faults

REASONS = {
    "not a number": "the loss was nan in epoch 1: this network does not train with this recipe",
    "hangs": "its worker gave no sign for 1.2 minutes, the 2nd time with this network",
    "can't be built": 'KeyError: "a layer of the user\'s"',
    "too large": "MemoryError",
    "starves": r".*(OOM|memory|alloc).*|its worker was killed by SIG\w+.*, the 2nd time with this network",
    "can't be described": "the space can't describe this network: KeyError: 'no such block'",
}


def search(folder, kinds, *, total, worker_timeout, max_failures=None):
    os.chdir(folder)
    study = open_study(
        "odd",
        Problem(OddSpace(kinds), caps=Caps(), ladder=Ladder((1,))),
        storage=open_storage("sqlite:///search.db"),
        sampler="random",
        seed=0,
        settings={"space": "odd"},
    )
    store = {"tracking_uri": "sqlite:///mlflow.db", "experiment": "pareto-cnn-search"}
    DisplaySettings(DISPLAY_SETTINGS, trials=total).store(study.optuna_study)
    study.optuna_study.set_user_attr(attr.STATE, "RUNNING")
    mirroring = Mirroring(study, store=store, say=print, catch_up="")
    mirroring.begin()

    def watch(event):
        mirroring.hear()

    try:
        with LocalPool(load("digits", train_limit=128), plan(2), worker_timeout=worker_timeout) as pool:
            options = {"recipe": ONE_CYCLE, "watch": watch, "stop": lambda: False}
            run(study, pool, total=total, max_failures=max_failures, **options)
    finally:
        study.close("the search was stopped")
        study.optuna_study.set_user_attr(attr.STATE, "FINISHED")
        mirroring.end("FINISHED")
    return study


FAILING_AT_ONCE = tuple(kind for kind in KINDS if kind != "hangs")
"""Kinds that fail without waiting for a timeout."""


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(
    ("fault", "kinds", "worker_timeout"),
    [
        ("NaN, out of memory, errors in a space and in a network", FAILING_AT_ONCE, 600),
        # On a busy machine a sound network must not seem to hang.
        ("a worker that hangs", ("sound", "hangs"), 72),
    ],
    ids=["at once", "hangs"],
)
def test_every_kind_fails_with_its_reason_and_the_search_goes_on(
    tmp_path, report_fault, monkeypatch, fault, kinds, worker_timeout
):
    monkeypatch.chdir(tmp_path)
    started = time.monotonic()
    study = search(tmp_path, kinds, total=len(kinds) + 2, worker_timeout=worker_timeout)
    trials = study.optuna_study.get_trials()
    failed = {t.params["kind"]: t for t in trials if t.state.name == "FAIL" and not t.user_attrs.get(attr.INTERRUPTED)}
    assert failed.keys() == set(kinds) - {"sound"}
    for kind in failed:
        assert re.fullmatch(REASONS[kind], failed[kind].user_attrs[attr.REASON]), failed[kind].user_attrs[attr.REASON]
    for trial in failed.values():
        assert trial.constraints["failed"] > 0, "a sampler keeps away from what violates a constraint"
    assert "sound" in {trial.params["kind"] for trial in study.complete_trials()}
    runs = MlflowClient("sqlite:///mlflow.db").search_runs(["1"], max_results=100)
    shown = {run.data.tags["trial.number"]: run.info.status for run in runs if "trial.number" in run.data.tags}
    assert {shown.get(str(trial.number)) for trial in failed.values()} == {"FAILED"}
    result = outcome(tmp_path, "odd", reported={})
    assert (result.doubled, result.running) == (0, 0)
    report_fault(fault, len(failed), 0, 0, time.monotonic() - started)
    check_agrees(tmp_path, "odd")


def test_many_failures_in_a_row_end_the_search_with_what_they_share(tmp_path, report_fault, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TooManyFailures) as error:
        search(tmp_path, ("can't be built",), total=20, worker_timeout=100, max_failures=3)
    assert str(error.value) == (
        '3 trials in a row have failed. Each time: KeyError: "a layer of the user\'s". '
        'All have kind = "can\'t be built". Fix the cause, or give a larger --max-failures.'
    )
    trials = optuna.load_study(study_name="odd", storage="sqlite:///search.db").trials
    assert sum(trial.state.name == "FAIL" and attr.INTERRUPTED not in trial.user_attrs for trial in trials) == 3
    assert not [trial for trial in trials if trial.state.name == "RUNNING"]
    check_agrees(tmp_path, "odd")

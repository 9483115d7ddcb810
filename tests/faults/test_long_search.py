"""A search of a day: a late step takes as long as an early one, and memory grows only by what trials store.

Results come from a synthetic table, so that a day's worth of trials takes minutes. Times are processor times: what else
the machine does is not counted.
"""

import gc
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import optuna
import pytest

from search.optimizer.networks import candidates
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.sampler import posterior, training_subset
from search.optimizer.study import study as studies
from search.optimizer.study.opening import open_study
from search.optimizer.study.proposal import Proposal
from search.replaying.table import Table, read_table
from search.training.recipe import NOTEBOOK
from search.workers.loop import run
from search.workers.simulated_pool import SimulatedPool
from tests.benchmarks.synthetic_table import write

pytestmark = pytest.mark.faults

SLOWER = 1.5
"""How many times as long as an early step a late one may take."""

STORED = 30_000
"""Bytes that a trial may add. A stored trial takes about 6,000; the megabyte that a step computes must be freed."""


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Table:
    file = tmp_path_factory.mktemp("table") / "cells.csv"
    write("cells", file)
    return read_table(file)


@pytest.fixture
def small(monkeypatch):
    """All limits are a tenth or less of their values, so that a search of a thousand trials counts as a long one."""
    monkeypatch.setattr(training_subset, "SUBSET_SIZE", 60)
    monkeypatch.setattr(posterior, "MAX_FITTED", 10)
    monkeypatch.setattr(posterior, "MAX_CONDITIONED_ON", 40)
    monkeypatch.setattr(candidates, "TRIES", 10)
    monkeypatch.setattr(studies, "KEPT_PAUSED", 20)
    monkeypatch.setattr(studies, "MORE_PAUSED", 10)


@dataclass(frozen=True)
class Steps:
    """Measurements at each proposal.

    Attributes:
        trials: Array of shape (n,), number of trials in the study.
        seconds: Array of shape (n,), processor time since the last proposal.
        memory: Array of shape (n,), bytes that the process uses.
    """

    trials: np.ndarray
    seconds: np.ndarray
    memory: np.ndarray

    def median(self, first: int, last: int) -> float:
        """Median seconds of a step while the study had `first` to `last` trials."""
        return float(np.median(self.seconds[(self.trials >= first) & (self.trials < last)]))

    def bytes_a_trial(self, first: int) -> float:
        """Growth of memory for each trial, once the study has `first` trials."""
        late = self.trials >= first
        return float(np.polyfit(self.trials[late], self.memory[late], 1)[0])


def steps_of(table: Table, trials: int, *, rungs: bool) -> Steps:
    """Search until there are `trials` trials, and check that nothing was trained twice."""
    study = open_study(
        "long",
        Problem(
            table,
            caps=Caps(),
            ladder=Ladder(table.epochs if rungs else table.epochs[-1:], resumes=False),
            bounds=table.bounds(reference_accuracy=0.7),
        ),
        storage=optuna.storages.InMemoryStorage(),
        sampler="known-cost",
        seed=0,
        settings={},
    )
    pool, measured = SimulatedPool(table.accuracy), []

    def watch(event) -> None:
        if isinstance(event, Proposal):
            measured.append((len(study.trials()), time.process_time(), memory()))

    gc.collect()
    run(study, pool, total=trials, recipe=NOTEBOOK, watch=watch, stop=lambda: len(study.trials()) >= trials)
    trained = [(job.architecture.row, job.milestones[-1]) for job in pool.finished]
    assert len(trained) == len(set(trained))
    seconds = [after[1] - before[1] for before, after in pairwise(measured)]
    numbers, _, memory_used = zip(*measured[1:], strict=True)
    return Steps(np.array(numbers), np.array(seconds), np.array(memory_used, dtype=float))


def memory() -> int:
    """Bytes of memory that this process uses."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.long
@pytest.mark.parametrize(("trials", "rungs"), [(700, True), (1_200, False)], ids=["rungs", "no rungs"])
def test_late_steps_take_as_long_as_early_ones(table, small, trials, rungs):
    steps = steps_of(table, trials, rungs=rungs)
    assert steps.median(trials - 200, trials) <= SLOWER * steps.median(100, 200)
    assert steps.bytes_a_trial(200) <= STORED


@pytest.mark.long
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("rungs", [True, False], ids=["rungs", "no rungs"])
def test_a_day_of_ten_thousand_trials(table, rungs):
    steps = steps_of(table, 10_000, rungs=rungs)
    assert steps.median(9_000, 10_000) <= SLOWER * steps.median(1_000, 2_000)
    assert steps.bytes_a_trial(1_000) <= STORED

"""A search that goes on for a day: a step late in it takes what an early one took, and memory grows by trials alone.

Trainings are looked up in a made-up table, so that a day's worth of trials takes minutes. Times are of the processor:
what else the machine does counts for nothing.
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
"""Times that a late step may take of an early one."""

STORED = 30_000
"""Bytes that a trial may add. Stored it takes about 6,000; what a step computes is a megabyte, and may not be kept."""


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Table:
    file = tmp_path_factory.mktemp("table") / "cells.csv"
    write("cells", file)
    return read_table(file)


@pytest.fixture
def small(monkeypatch):
    """All bounds a tenth or less of what they are, so that a search of a thousand trials is a long one."""
    monkeypatch.setattr(training_subset, "MOST", 60)
    monkeypatch.setattr(posterior, "MOST_FITTED", 10)
    monkeypatch.setattr(posterior, "MOST_CONDITIONED_ON", 40)
    monkeypatch.setattr(candidates, "TRIES", 10)
    monkeypatch.setattr(studies, "KEPT_PAUSED", 20)
    monkeypatch.setattr(studies, "MORE_PAUSED", 10)


@dataclass(frozen=True)
class Steps:
    """What was seen at each proposal.

    Attributes:
        trials: Array of shape (n,), trials that the study had.
        seconds: Array of shape (n,), of the processor, since the last.
        memory: Array of shape (n,), bytes that the process holds.
    """

    trials: np.ndarray
    seconds: np.ndarray
    memory: np.ndarray

    def median(self, first: int, last: int) -> float:
        """Seconds of a step while the study had from so many to so many trials."""
        return float(np.median(self.seconds[(self.trials >= first) & (self.trials < last)]))

    def bytes_a_trial(self, first: int) -> float:
        """Growth of memory from so many trials on, by trial."""
        late = self.trials >= first
        return float(np.polyfit(self.trials[late], self.memory[late], 1)[0])


def steps_of(table: Table, trials: int, *, rungs: bool) -> Steps:
    """Search until there are so many trials; nothing may be trained twice."""
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
    pool, seen = SimulatedPool(table.validation), []

    def watch(event) -> None:
        if isinstance(event, Proposal):
            seen.append((len(study.trials()), time.process_time(), memory()))

    gc.collect()
    run(study, pool, total=trials, recipe=NOTEBOOK, watch=watch, stop=lambda: len(study.trials()) >= trials)
    trained = [(job.architecture.row, job.milestones[-1]) for job in pool.finished]
    assert len(trained) == len(set(trained))
    seconds = [after[1] - before[1] for before, after in pairwise(seen)]
    numbers, _, held = zip(*seen[1:], strict=True)
    return Steps(np.array(numbers), np.array(seconds), np.array(held, dtype=float))


def memory() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.long
@pytest.mark.parametrize(("trials", "rungs"), [(700, True), (1_200, False)], ids=["rungs", "no rungs"])
def test_late_steps_take_what_early_ones_took(table, small, trials, rungs):
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

"""A search with fake trainings: whole studies in seconds, to be killed at any moment.

The space, the sampler, the study loop, Optuna's storage and MLflow are the real ones. An accuracy is computed from the
network and the number of epochs.
"""

import math
import os
import time
from pathlib import Path

from search.cli.stopping import StopRequest
from search.cli.storage import open_storage
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.results.display_settings import DisplaySettings
from search.running.mirroring import Mirroring
from search.training.recipe import ONE_CYCLE
from search.workers.loop import run
from search.workers.messages import EpochDone, JobDone
from spaces.hybrid import HybridSpace

STUDY = "fake"
STORAGE, STORE, REPORTS = "search.db", "mlflow.db", "reported.txt"
RUNGS = (1, 3, 9)
DISPLAY_SETTINGS = {
    "space": "hybrid",
    "dataset": "none",
    "recipe": "one-cycle",
    "sampler": "known-cost",
    "max_flops": 25e6,
}


def accuracy_of(architecture, epochs: int) -> float:
    """Accuracy, 0 to 1: higher for dearer networks and longer trainings, with some noise."""
    noise = int(architecture.key[:6], 16) / 16**6
    return 0.2 + 0.05 * math.log10(architecture.cost().multiply_adds) + 0.08 * noise + 0.02 * epochs


class FakePool:
    """Does some jobs at a time, each of which takes a moment.

    Args:
        seconds: How long an epoch takes.
        workers: How many jobs run at a time.
    """

    def __init__(self, seconds: float, workers: int = 2) -> None:
        self._seconds, self._workers, self._jobs = seconds, workers, []

    @property
    def free(self) -> int:
        return self._workers - len(self._jobs)

    def start(self, job) -> None:
        self._jobs.append(job)

    def events(self, *, timeout: float):
        job = self._jobs.pop(0)
        for epoch in range(job.resume_from + 1, job.milestones[-1] + 1):
            time.sleep(self._seconds)
            yield EpochDone(job.trial, (epoch, accuracy_of(job.architecture, epoch), 1 / epoch, 0.1, 1.0, 100.0))
        yield JobDone(job.trial, accuracy_of(job.architecture, job.milestones[-1]), 1.0)


class Reported:
    """What a search has reported as stored, line by line, in a file that outlives the search."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / REPORTS, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def write(self, *words: object) -> None:
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())


def search(
    folder: Path,
    *,
    trials: int,
    sampler: str = "random",
    seconds: float = 0.004,
    store: str | None = None,
    storage: str = f"sqlite:///{STORAGE}",
    name: str = STUDY,
    workers: int = 2,
) -> int:
    """Start the study or continue it; returns the exit status.

    Args:
        folder: Folder for all files.
        trials: How many trials in all.
        sampler: Name of the sampler.
        seconds: How long an epoch takes.
        store: MLflow's store; by default a file in the folder.
        storage: Optuna's storage; by default a file in the folder.
        name: Name of the study.
        workers: How many trainings run at a time.
    """
    os.chdir(folder)
    reported = Reported(folder)
    study = open_study(
        name,
        Problem(HybridSpace(input_shape=(32, 32, 3), classes=10), caps=Caps(), ladder=Ladder(RUNGS)),
        storage=open_storage(storage),
        sampler=sampler,
        seed=0,
        settings={"space": "hybrid", "epochs": RUNGS[-1], "rungs": list(RUNGS)},
    )
    where = {"tracking_uri": store or f"sqlite:///{STORE}", "experiment": "pareto-cnn-search"}
    DisplaySettings(DISPLAY_SETTINGS, trials=trials).store(study.optuna_study)
    study.optuna_study.set_user_attr(attr.STATE, "RUNNING")
    mirroring = Mirroring(study, store=where, say=lambda text: None, catch_up="")
    mirroring.begin()

    def watch(event) -> None:
        if isinstance(event, JobDone):
            trial = study.trials()[event.trial]
            if trial.state.name == "COMPLETE":
                reported.write(trial.number, trial.values[0])
        if event is None:
            mirroring.catch_up()
        elif not isinstance(event, EpochDone):
            mirroring.hear()

    with StopRequest() as stop:
        try:
            pool = FakePool(seconds, workers)
            run(study, pool, total=trials, recipe=ONE_CYCLE, watch=watch, stop=lambda: bool(stop))
        finally:
            study.close("the search was stopped")
            state = "INTERRUPTED" if stop else "FINISHED"
            study.optuna_study.set_user_attr(attr.STATE, state)
            mirroring.end(state)
    return stop.exit_status

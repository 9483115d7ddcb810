"""One repetition of a search over a table, and what it reached by budget."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import optuna

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.warm_start import WarmStart
from search.optimizer.study.opening import open_study
from search.optimizer.study.starter import SpaceExhausted
from search.optimizer.study.study import SearchStudy
from search.replaying.seconds import EpochSeconds, unit_of
from search.replaying.table import Table, share_of_true_front
from search.training.recipe import NOTEBOOK
from search.workers.loop import run
from search.workers.simulated_pool import SimulatedPool

BUDGETS = (5, 10, 20, 50, 100, 200)
"""Full trainings after which a replay is scored."""


@dataclass(frozen=True)
class Replay:
    """What is repeated.

    Attributes:
        table: Of known results.
        bounds: Of the hypervolume.
        sampler: A name of `SAMPLERS`.
        rungs: Numbers of epochs.
        budget: To spend, in full trainings; with `trials` the most that these may take.
        trials: Networks to train, however long each; None is as many as the budget allows.
        workers: Jobs at a time; None is one, and no simulated time: an epoch takes as long for each network.
    """

    table: Table
    bounds: Bounds
    sampler: str
    rungs: tuple[int, ...]
    budget: float
    trials: int | None = None
    workers: int | None = None

    def pool(self, seed: int) -> SimulatedPool:
        """Workers for one repetition."""
        if self.workers is None:
            return SimulatedPool(self.table.validation)
        law = EpochSeconds(seed, unit_of(self.table.macs))
        return SimulatedPool(self.table.validation, workers=self.workers, seconds=law)

    def study(self, seed: int, *, earlier: WarmStart | None) -> SearchStudy:
        """A new study, started from an earlier one or from nothing."""
        return open_study(
            "replay",
            Problem(self.table, caps=Caps(), ladder=Ladder(self.rungs, resumes=False), bounds=self.bounds),
            storage=optuna.storages.InMemoryStorage(),
            sampler=self.sampler,
            seed=seed,
            settings={},
            warm_start=earlier,
        )


@dataclass(frozen=True)
class Repetition:
    """What one seed came to.

    Attributes:
        reached: Share of the true front, 0 to 1, by budget in full trainings.
        duplicates: Trainings of a network that had been trained as long before.
        proposals: How many networks were proposed and trained.
        seconds: Of the whole repetition; nearly all of it is proposing.
        speedup: Seconds of training of all workers, by simulated seconds from the beginning to the end.
    """

    reached: Mapping[int, float]
    duplicates: int
    proposals: int
    seconds: float
    speedup: float


def repeat(replay: Replay, seed: int, *, earlier: WarmStart | None = None) -> Repetition:
    """Search the table once, and see what was reached.

    Args:
        replay: What to search.
        seed: Of everything random.
        earlier: What the study is started from.
    """
    started = time.perf_counter()
    _, pool = search(replay, seed, earlier=earlier)
    seconds = time.perf_counter() - started
    trained = [(training.job.architecture.row, training.job.milestones[-1]) for training in pool.started]
    return Repetition(
        reached=_reached(replay, pool),
        duplicates=len(trained) - len(set(trained)),
        proposals=len({row for row, _ in trained}),
        seconds=seconds,
        speedup=pool.spent / max(training.end for training in pool.started),
    )


def search(replay: Replay, seed: int, *, earlier: WarmStart | None = None) -> tuple[SearchStudy, SimulatedPool]:
    """Search the table once; arguments as of `repeat`."""
    pool, study = replay.pool(seed), replay.study(seed, earlier=earlier)
    limit = replay.budget * replay.table.epochs[-1]
    with contextlib.suppress(SpaceExhausted):  # Then the whole table was tried.
        run(
            study,
            pool,
            total=replay.trials or len(replay.table.macs),
            recipe=NOTEBOOK,
            watch=lambda event: None,
            stop=lambda: not replay.trials and pool.spent >= limit,
        )
    return study, pool


def _reached(replay: Replay, pool: SimulatedPool) -> dict[int, float]:
    """Of each budget, what the trainings show that were begun within it, however many workers were at it.

    A search that ended before a budget was spent has what it has.
    """
    top = replay.table.epochs[-1]
    complete = [
        (training.job.architecture.row, training.spent)
        for training in pool.started
        if training.job.milestones[-1] == top
    ]
    budgets = [budget for budget in BUDGETS if budget <= replay.budget or budget * top < pool.spent]
    return shares_by_budget(replay.table, complete, budgets=budgets, bounds=replay.bounds)


def shares_by_budget(
    table: Table, complete: Sequence[tuple[int, float]], *, budgets: Sequence[int], bounds: Bounds
) -> dict[int, float]:
    """Share of the table's true front that full trainings reach, 0 to 1, by budget in full trainings.

    Args:
        table: Of known results.
        complete: Of each full training the row, and the epochs spent on all trainings until then, itself included.
        budgets: Those to score.
        bounds: Of the hypervolume.
    """
    top = table.epochs[-1]
    return {
        budget: share_of_true_front(table, [row for row, spent in complete if spent <= budget * top], bounds=bounds)
        for budget in budgets
    }

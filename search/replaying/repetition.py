"""One repetition of a search over a table, and the share of the true front it reached by budget."""

import contextlib
import time
from dataclasses import dataclass

import optuna

from search.benchmarking import FULL_TRAININGS, Curve
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.warm_start import WarmStart
from search.optimizer.study.opening import open_study
from search.optimizer.study.starter import SpaceExhausted
from search.optimizer.study.study import SearchStudy
from search.replaying.seconds import EpochSeconds, unit_of
from search.replaying.table import Table, shares_of_true_front
from search.training.recipe import NOTEBOOK
from search.workers.loop import run
from search.workers.simulated_pool import SimulatedPool

BUDGETS = (5, 10, 20, 50, 100, 200)
"""Budgets, in full trainings, after which a replay is scored."""


@dataclass(frozen=True)
class Replay:
    """A search over a table, to be repeated with several seeds.

    Attributes:
        table: Of known results.
        bounds: Of the hypervolume.
        sampler: A name of `SAMPLERS`, or module:name of another of Optuna's.
        rungs: Numbers of epochs.
        budget: To spend, in full trainings; with `trials`, the most that these may take.
        trials: Networks to train, however long each; None is as many as the budget allows.
        workers: Jobs at a time. None is one without simulated time: an epoch takes the same time for every network.
    """

    table: Table
    bounds: Bounds
    sampler: str
    rungs: tuple[int, ...]
    budget: float
    trials: int | None = None
    workers: int | None = None

    @property
    def problem(self) -> Problem:
        """What is searched."""
        return Problem(self.table, caps=Caps(), ladder=Ladder(self.rungs, resumes=False), bounds=self.bounds)

    def pool(self, seed: int) -> SimulatedPool:
        """The simulated workers of one repetition."""
        if self.workers is None:
            return SimulatedPool(self.table.accuracy)
        seconds = EpochSeconds(seed, unit_of(self.table.macs))
        return SimulatedPool(self.table.accuracy, workers=self.workers, seconds=seconds)

    def study(self, seed: int, *, warm_start: WarmStart | None) -> SearchStudy:
        """A new study, with or without a warm start."""
        return open_study(
            "replay",
            self.problem,
            storage=optuna.storages.InMemoryStorage(),
            sampler=self.sampler,
            seed=seed,
            settings={},
            warm_start=warm_start,
        )


@dataclass(frozen=True)
class Repetition:
    """The result of one seed.

    Attributes:
        curve: Share of the true front, 0 to 1, over full trainings. The trainings that were started within a budget
            count, even if they end beyond it.
        duplicates: Number of trainings that an earlier one had done already.
        proposals: Number of networks that were proposed and trained.
        seconds: Of the whole repetition, nearly all of which are the sampler's.
        speedup: Training seconds of all workers together, divided by the simulated seconds from start to end.
    """

    curve: Curve
    duplicates: int
    proposals: int
    seconds: float
    speedup: float

    @property
    def reached(self) -> dict[int, float]:
        """Share of the true front by each of `BUDGETS` that was given."""
        budgets = [budget for budget in BUDGETS if budget <= self.curve.total[FULL_TRAININGS]]
        return dict(zip(budgets, self.curve.at(budgets, unit=FULL_TRAININGS).tolist(), strict=True))

    @property
    def at_end(self) -> dict[float, float]:
        """Share of the true front by the whole budget."""
        total = self.curve.total[FULL_TRAININGS]
        return {total: float(self.curve.at([total], unit=FULL_TRAININGS)[0])}


@dataclass(frozen=True)
class Failure:
    """A repetition that has failed, since its sampler has.

    Attributes:
        sampler: Name of the sampler.
        seed: Of the repetition.
        reason: A sentence.
    """

    sampler: str
    seed: int
    reason: str


def repeat(replay: Replay, seed: int, *, warm_start: WarmStart | None = None) -> Repetition:
    """Search the table once, and score the result.

    Args:
        replay: What to search.
        seed: Of all random numbers.
        warm_start: Of the study; None starts it from nothing.
    """
    started = time.perf_counter()
    _, pool = search(replay, seed, warm_start=warm_start)
    seconds = time.perf_counter() - started
    trained = [(training.job.architecture.row, training.job.milestones[-1]) for training in pool.started]
    return Repetition(
        curve=_curve(replay, seed, pool),
        duplicates=len(trained) - len(set(trained)),
        proposals=len({row for row, _ in trained}),
        seconds=seconds,
        speedup=pool.spent / max(training.end for training in pool.started),
    )


def search(replay: Replay, seed: int, *, warm_start: WarmStart | None = None) -> tuple[SearchStudy, SimulatedPool]:
    """Search the table once; arguments as in `repeat`."""
    pool, study = replay.pool(seed), replay.study(seed, warm_start=warm_start)
    limit = replay.budget * replay.table.epochs[-1]
    with contextlib.suppress(SpaceExhausted):  # Then the whole table was trained.
        run(
            study,
            pool,
            total=replay.trials or len(replay.table.macs),
            recipe=NOTEBOOK,
            watch=lambda event: None,
            stop=lambda: not replay.trials and pool.spent >= limit,
        )
    return study, pool


def _curve(replay: Replay, seed: int, pool: SimulatedPool) -> Curve:
    top = replay.table.epochs[-1]
    complete = [training for training in pool.started if training.job.milestones[-1] == top]
    rows = [training.job.architecture.row for training in complete]
    selections = [rows[: count + 1] for count in range(len(rows))]
    return Curve(
        replay.sampler,
        seed,
        spent={FULL_TRAININGS: [training.spent / top for training in complete]},
        hypervolumes=shares_of_true_front(replay.table, selections, bounds=replay.bounds),
        # So many networks may take a little more.
        total={FULL_TRAININGS: max(replay.budget, pool.spent / top) if replay.trials else replay.budget},
    )

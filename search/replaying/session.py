"""One replay from start to end: repetitions of a search over a table, and what they reached by budget."""

import contextlib
import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from rich.console import Console
from rich.table import Table as Printed

from mlflow_runs import written
from search.errors import SearchError, UsageError
from search.optimizer import attributes as attr
from search.optimizer.caps import Caps
from search.optimizer.opening import open_study
from search.optimizer.pareto import hypervolume
from search.optimizer.rungs import Ladder
from search.optimizer.study import Proposal, SearchStudy, SpaceExhausted
from search.replaying.table import read_table, share_of_true_front
from search.training.recipe import NOTEBOOK
from search.workers.lookup import LookupPool
from search.workers.loop import run

BUDGETS = (5, 10, 20, 50, 100, 200)
"""Full trainings after which a replay is scored."""


@dataclass(frozen=True)
class Repetition:
    """What one seed came to.

    Attributes:
        reached: Share of the true front, 0 to 1, by budget in full trainings.
        duplicates: Trainings of a network that had been trained as long before.
        proposals: How many networks were proposed and trained.
        seconds: Of the whole repetition; nearly all of it is proposing.
    """

    reached: dict[int, float]
    duplicates: int
    proposals: int
    seconds: float


class ReplaySession:
    """A replay that a person has asked for.

    Args:
        options: What `search.replay` parsed.
        console: Where the person reads.
    Raises:
        UserError: If the table can't be used, or the figures could not be written.
    """

    def __init__(self, options, console: Console) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._options, self._console = options, console
        if options.output:
            written.check_place(options.output, flag="--output")
        self._table = read_table(options.table)
        if not options.reference_accuracy or options.reference_accuracy >= 100:
            raise UsageError("--reference-accuracy must be below 100 percent")
        self._rungs = self._table.epochs[-1:] if options.no_rungs else self._table.epochs
        self._bounds = self._table.bounds(reference_accuracy=options.reference_accuracy / 100)
        if hypervolume(1 - self._table.test, self._table.macs, self._bounds) == 0:
            raise SearchError(
                f"no network of {options.table} passes {options.reference_accuracy} % on the test split, so there is "
                "no front to reach. Give a lower --reference-accuracy."
            )

    def run(self) -> int:
        """Repeat the search for every seed, print and write what it reached; returns the exit status."""
        repetitions = []
        for seed in range(self._options.seeds):
            repetitions.append(self._repeat(seed))
            self._console.print(f"seed {seed}: {_line(repetitions[-1].reached)}", markup=False)
        summary = self._summary(repetitions)
        self._console.print(_printed(summary))
        if self._options.output:
            written.write(self._options.output, json.dumps(summary, indent=2) + "\n")
        return 0

    def _repeat(self, seed: int) -> Repetition:
        full = self._table.epochs[-1]
        pool = LookupPool(self._table.validation)
        study = self._study(seed)
        # In full trainings; N networks are about N of them at the most.
        limit = self._options.trials or self._options.budget
        reached: dict[int, float] = {}

        def watch(event: Any) -> None:
            # What a training that does not fit into a budget will show counts for the next budget only.
            begun = event.stages[-1] if isinstance(event, Proposal) else 0
            for budget in BUDGETS:
                spent = pool.epochs >= budget * full or pool.epochs + begun > budget * full
                if spent and budget not in reached:
                    reached[budget] = self._score(study)

        started = time.perf_counter()
        total = self._options.trials or len(self._table.macs)
        with contextlib.suppress(SpaceExhausted):  # Then the whole table was tried.
            run(
                study,
                pool,
                total=total,
                recipe=NOTEBOOK,
                watch=watch,
                stop=lambda: not self._options.trials and pool.epochs >= limit * full,
            )
        seconds = time.perf_counter() - started
        # A search that ended before a budget was spent has what it has.
        final = self._score(study)
        reached |= {budget: final for budget in BUDGETS if budget <= limit and budget not in reached}
        trained = [(job.architecture.row, job.stages[-1]) for job in pool.done]
        return Repetition(reached, len(trained) - len(set(trained)), len({row for row, _ in trained}), seconds)

    def _study(self, seed: int) -> SearchStudy:
        return open_study(
            "replay",
            self._table,
            storage=optuna.storages.InMemoryStorage(),
            sampler=self._options.sampler,
            seed=seed,
            caps=Caps(),
            ladder=Ladder(self._rungs, resumes=False),
            settings={},
            bounds=self._bounds,
        )

    def _score(self, study: SearchStudy) -> float:
        rows = [int(trial.user_attrs[attr.KEY].removeprefix("row-")) for trial in study.complete_trials()]
        return share_of_true_front(self._table, rows, bounds=self._bounds)

    def _summary(self, repetitions: list[Repetition]) -> dict[str, Any]:
        budgets = [budget for budget in BUDGETS if all(budget in one.reached for one in repetitions)]
        shares = {budget: [100 * one.reached[budget] for one in repetitions] for budget in budgets}
        return {
            "table": Path(self._options.table).name,
            "sampler": self._options.sampler,
            "rungs": list(self._rungs),
            "seeds": self._options.seeds,
            "hypervolume_percent": {
                str(budget): {"mean": float(np.mean(values)), "std": float(np.std(values)), "per_seed": values}
                for budget, values in shares.items()
            },
            "duplicates": sum(one.duplicates for one in repetitions),
            "seconds_per_proposal": statistics.median(one.seconds / max(one.proposals, 1) for one in repetitions),
        }


def _line(reached: dict[int, float]) -> str:
    return "  ".join(f"{budget}: {100 * share:.1f} %" for budget, share in reached.items())


def _printed(summary: dict[str, Any]) -> Printed:
    printed = Printed(
        title=f"Share of the true front's hypervolume, {summary['sampler']}, {summary['seeds']} seeds",
        caption=f"{summary['duplicates']} trained twice; {summary['seconds_per_proposal']:.3f} s a proposal",
        title_justify="left",
        caption_justify="left",
    )
    for column in ("full trainings", "mean %", "std"):
        printed.add_column(column, justify="right")
    for budget, values in summary["hypervolume_percent"].items():
        printed.add_row(budget, f"{values['mean']:.1f}", f"{values['std']:.1f}")
    return printed

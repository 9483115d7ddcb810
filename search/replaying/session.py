"""One replay from start to end: repetitions of a search over a table, and what they reached by budget."""

import dataclasses
import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from rich.console import Console
from rich.table import Table as Printed

from search.cli import output_file
from search.errors import SearchError, UsageError
from search.optimizer.pareto import hypervolume
from search.replaying.repetition import BUDGETS, Repetition, Replay, repeat
from search.replaying.table import read_table


class ReplaySession:
    """A replay that a person has asked for.

    Args:
        options: What `search.replay` parsed.
        console: Where the person reads.
    Raises:
        SearchError: If the table can't be used, or the figures could not be written.
    """

    def __init__(self, options, console: Console) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._options, self._console = options, console
        if options.output:
            output_file.check_place(options.output, flag="--output")
        table = read_table(options.table)
        if not options.reference_accuracy or options.reference_accuracy >= 100:
            raise UsageError("--reference-accuracy must be below 100 percent")
        bounds = table.bounds(reference_accuracy=options.reference_accuracy / 100)
        if hypervolume(1 - table.test, table.macs, bounds) == 0:
            raise SearchError(
                f"no network of {options.table} passes {options.reference_accuracy} % on the test split, so there is "
                "no front to reach. Give a lower --reference-accuracy."
            )
        self._replay = Replay(
            table,
            bounds,
            options.sampler,
            rungs=table.epochs[-1:] if options.no_rungs else table.epochs,
            # N networks are about N full trainings at the most.
            budget=options.trials or options.budget,
            trials=options.trials,
        )

    def run(self) -> int:
        """Repeat the search for every seed, print and write what it reached; returns the exit status."""
        summaries = [self._of_workers(workers) for workers in self._options.workers or [None]]
        found = summaries[0] | ({"scaling": summaries} if len(summaries) > 1 else {})
        if len(summaries) > 1:
            self._console.print(_scaling(summaries))
        if self._options.output:
            output_file.write(self._options.output, json.dumps(found, indent=2) + "\n")
        return 0

    def _of_workers(self, workers: int | None) -> dict[str, Any]:
        replay, repetitions = dataclasses.replace(self._replay, workers=workers), []
        for seed in range(self._options.seeds):
            repetitions.append(repeat(replay, seed))
            self._console.print(f"seed {seed}: {line(repetitions[-1].reached)}", markup=False)
        summary = self._summary(replay, repetitions)
        self._console.print(_printed(summary))
        return summary

    def _summary(self, replay: Replay, repetitions: Sequence[Repetition]) -> dict[str, Any]:
        return {
            "table": Path(self._options.table).name,
            "sampler": replay.sampler,
            "rungs": list(replay.rungs),
            "seeds": len(repetitions),
            "workers": replay.workers or 1,
            "hypervolume_percent": percent_by_budget([one.reached for one in repetitions]),
            "duplicates": sum(one.duplicates for one in repetitions),
            "seconds_per_proposal": statistics.median(one.seconds / max(one.proposals, 1) for one in repetitions),
            "speedup": statistics.median(one.speedup for one in repetitions),
        }


def line(reached: Mapping[int, float]) -> str:
    """What one repetition has reached, share of the true front by budget, for a person."""
    return "  ".join(f"{budget}: {100 * share:.1f} %" for budget, share in reached.items())


def percent_by_budget(reached: Sequence[Mapping[int, float]]) -> dict[str, dict[str, Any]]:
    """Mean, standard deviation and each seed's percentage, by budget that all repetitions have spent.

    Args:
        reached: Of each repetition, share of the true front by budget.
    """
    budgets = [budget for budget in BUDGETS if all(budget in one for one in reached)]
    percent = {budget: [100 * one[budget] for one in reached] for budget in budgets}
    return {
        str(budget): {"mean": float(np.mean(values)), "std": float(np.std(values)), "per_seed": values}
        for budget, values in percent.items()
    }


def _printed(summary: dict[str, Any]) -> Printed:
    of_workers = f", {summary['workers']} workers" if summary["workers"] > 1 else ""
    printed = Printed(
        title=f"Share of the true front's hypervolume, {summary['sampler']}, {summary['seeds']} seeds{of_workers}",
        caption=f"{summary['duplicates']} trained twice; {summary['seconds_per_proposal']:.3f} s a proposal",
        title_justify="left",
        caption_justify="left",
    )
    for column in ("full trainings", "mean %", "std"):
        printed.add_column(column, justify="right")
    for budget, values in summary["hypervolume_percent"].items():
        printed.add_row(budget, f"{values['mean']:.1f}", f"{values['std']:.1f}")
    return printed


def _scaling(summaries: Sequence[dict[str, Any]]) -> Printed:
    """Several numbers of workers beside each other."""
    printed = Printed(
        title="The same, by workers at equal training time in all, mean ± standard deviation", title_justify="left"
    )
    budgets = [budget for budget in summaries[0]["hypervolume_percent"]]
    for column in ("workers", "times as quick", *budgets):
        printed.add_column(column, justify="right")
    for summary in summaries:
        reached = [summary["hypervolume_percent"].get(budget) for budget in budgets]
        cells = [f"{values['mean']:.1f} ± {values['std']:.1f}" if values else "" for values in reached]
        printed.add_row(str(summary["workers"]), f"{summary['speedup']:.1f}", *cells)
    return printed

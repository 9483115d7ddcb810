"""One replay from start to end: repetitions of a search over a table, and the share of the true front they reached."""

import dataclasses
import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from rich.console import Console
from rich.table import Table as TerminalTable

from search.cli import output_file
from search.cli.replay_config import ReplayConfig
from search.errors import SearchError
from search.optimizer.pareto import hypervolume
from search.optimizer.sampler.registry import check_sampler, rehearse_sampler
from search.replaying.repetition import BUDGETS, Repetition, Replay, repeat
from search.replaying.table import read_table


class ReplaySession:
    """A replay that a person has asked for.

    Args:
        config: Its settings.
        console: Where messages are printed.
    Raises:
        SearchError: If the table can't be used, or the figures could not be written in the end.
    """

    def __init__(self, config: ReplayConfig, console: Console) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._config, self._console = config, console
        check_sampler(config.sampler)
        if config.output:
            output_file.check_writable(config.output, flag="--output")
        table = read_table(config.table)
        bounds = table.bounds(reference_accuracy=config.reference_accuracy / 100)
        if hypervolume(1 - table.test, table.macs, bounds) == 0:
            raise SearchError(
                f"no network of {config.table} passes {config.reference_accuracy:g} % on the test split, so there is "
                "no front to reach. Give a lower --reference-accuracy."
            )
        self._replay = Replay(
            table,
            bounds,
            config.sampler,
            rungs=table.epochs[-1:] if config.no_rungs else table.epochs,
            # N networks take at most about N full trainings.
            budget=config.trials or config.budget,
            trials=config.trials,
        )
        rehearse_sampler(config.sampler, self._replay.problem)

    def run(self) -> int:
        """Repeat the search for every seed, print the results and write them; returns the exit status."""
        summaries = [self._repeat(workers) for workers in self._config.workers or (None,)]
        figures = summaries[0]
        if len(summaries) > 1:
            figures = figures | {"scaling": summaries}
            self._console.print(_scaling_table(summaries))
        if self._config.output:
            output_file.write(self._config.output, json.dumps(figures, indent=2) + "\n")
        return 0

    def _repeat(self, workers: int | None) -> dict[str, Any]:
        replay, repetitions = dataclasses.replace(self._replay, workers=workers), []
        for seed in range(self._config.seeds):
            repetitions.append(repeat(replay, seed))
            self._console.print(f"seed {seed}: {shares_in_words(repetitions[-1].reached)}")
        summary = self._summary(replay, repetitions)
        self._console.print(_summary_table(summary))
        return summary

    def _summary(self, replay: Replay, repetitions: Sequence[Repetition]) -> dict[str, Any]:
        return {
            "table": Path(self._config.table).name,
            "sampler": replay.sampler,
            "rungs": list(replay.rungs),
            "seeds": len(repetitions),
            "workers": replay.workers or 1,
            "hypervolume_percent": percent_by_budget([repetition.reached for repetition in repetitions]),
            "duplicates": sum(repetition.duplicates for repetition in repetitions),
            "seconds_per_proposal": statistics.median(
                repetition.seconds / max(repetition.proposals, 1) for repetition in repetitions
            ),
            "speedup": statistics.median(repetition.speedup for repetition in repetitions),
        }


def shares_in_words(reached: Mapping[int, float]) -> str:
    """Shares of the true front by budget, in one line."""
    return "  ".join(f"{budget}: {100 * share:.1f} %" for budget, share in reached.items())


def percent_by_budget(reached: Sequence[Mapping[int, float]]) -> dict[str, dict[str, Any]]:
    """Mean, standard deviation and percentage of each seed, by budget that all repetitions have spent.

    Args:
        reached: Shares of the true front by budget, of each repetition.
    """
    budgets = [budget for budget in BUDGETS if all(budget in shares for shares in reached)]
    percent = {budget: [100 * shares[budget] for shares in reached] for budget in budgets}
    return {
        str(budget): {"mean": float(np.mean(values)), "std": float(np.std(values)), "per_seed": values}
        for budget, values in percent.items()
    }


def _summary_table(summary: dict[str, Any]) -> TerminalTable:
    workers = f", {summary['workers']} workers" if summary["workers"] > 1 else ""
    table = TerminalTable(
        title=f"Share of the true front's hypervolume, {summary['sampler']}, {summary['seeds']} seeds{workers}",
        caption=f"{summary['duplicates']} trained twice; {summary['seconds_per_proposal']:.3f} s per proposal",
        title_justify="left",
        caption_justify="left",
    )
    for column in ("full trainings", "mean %", "std"):
        table.add_column(column, justify="right")
    for budget, values in summary["hypervolume_percent"].items():
        table.add_row(budget, f"{values['mean']:.1f}", f"{values['std']:.1f}")
    return table


def _scaling_table(summaries: Sequence[dict[str, Any]]) -> TerminalTable:
    """Several numbers of workers side by side."""
    table = TerminalTable(
        title="The same by workers, at equal training time in all, mean ± standard deviation", title_justify="left"
    )
    budgets = list(summaries[0]["hypervolume_percent"])
    for column in ("workers", "speedup", *budgets):
        table.add_column(column, justify="right")
    for summary in summaries:
        shares = [summary["hypervolume_percent"].get(budget) for budget in budgets]
        cells = [f"{values['mean']:.1f} ± {values['std']:.1f}" if values else "" for values in shares]
        table.add_row(str(summary["workers"]), f"{summary['speedup']:.1f}", *cells)
    return table

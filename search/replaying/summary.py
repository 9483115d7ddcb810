"""What repetitions of a search over a table say together, as plain data and as tables in a terminal."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rich.console import Group
from rich.table import Table

from search.benchmarking import FULL_TRAININGS, Benchmark
from search.benchmarking.tables import mean_table
from search.replaying.repetition import BUDGETS, Repetition


def summary(repetitions: Sequence[Repetition]) -> dict[str, Any]:
    """The figures of one sampler, as the JSON of `search.replay` has them."""
    return {
        "hypervolume_percent": percent_by_budget([repetition.reached for repetition in repetitions]),
        "duplicates": sum(repetition.duplicates for repetition in repetitions),
        "seconds_per_proposal": statistics.median(
            repetition.seconds / max(repetition.proposals, 1) for repetition in repetitions
        ),
        "speedup": statistics.median(repetition.speedup for repetition in repetitions),
    }


def shares_in_words(reached: Mapping[float, float]) -> str:
    """Shares of the true front by budget, in one line."""
    return "  ".join(f"{round(budget, 1):g}: {100 * share:.1f} %" for budget, share in reached.items())


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


def paired_differences(benchmark: Benchmark) -> dict[str, dict[str, Any]]:
    """Difference of each further sampler to the first in percentage points, by budget of `BUDGETS`.

    None stands for what can't be estimated.
    """
    budgets = [budget for budget in BUDGETS if budget <= benchmark.budgets(FULL_TRAININGS)[-1]]
    return {
        sampler: {
            str(budget): {
                "mean": _percent(difference.mean),
                "standard_error": _percent(difference.standard_error),
                "seeds": difference.seeds,
            }
            for budget, difference in zip(
                budgets, benchmark.differences(sampler, budgets, unit=FULL_TRAININGS), strict=True
            )
        }
        for sampler in benchmark.samplers[1:]
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def summary_table(benchmark: Benchmark, summaries: Sequence[Mapping[str, Any]]) -> Group:
    """Means and standard errors by sampler, how much was trained twice, and how long proposals take."""
    captions = [
        f"{each['duplicates']} trained twice; {each['seconds_per_proposal']:.3f} s per proposal" for each in summaries
    ]
    if len(captions) > 1:
        captions = [f"{each['sampler']}: {text}" for each, text in zip(summaries, captions, strict=True)]
    return mean_table(benchmark, caption="\n".join(captions))


def scaling_table(summaries: Sequence[Mapping[str, Any]]) -> Group:
    """Several numbers of workers side by side."""
    table = Table()
    budgets = list(summaries[0]["hypervolume_percent"])
    for column in ("workers", "speedup", *budgets):
        table.add_column(column, justify="right")
    for each in summaries:
        shares = [each["hypervolume_percent"].get(budget) for budget in budgets]
        cells = [f"{values['mean']:.1f} ± {values['std']:.1f}" if values else "" for values in shares]
        table.add_row(str(each["workers"]), f"{each['speedup']:.1f}", *cells)
    # As a title of the table it would be as narrow as that.
    return Group("The same by workers, at equal training time in all, mean ± standard deviation", table)

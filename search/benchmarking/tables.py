"""Means and paired differences as tables in a terminal."""

from rich.console import Group
from rich.table import Table

from search.benchmarking.benchmark import Benchmark
from search.benchmarking.statistics import Estimate
from search.quantities import counted

ONE_SEED = "With one seed there is no standard error. Give --seeds 2 or more."


def mean_table(benchmark: Benchmark, *, caption: str = "") -> Group:
    """Mean and standard error for each reported budget and sampler, with a caption below."""
    budgets, unit = benchmark.reported_budgets(), benchmark.units[0]
    columns = {sampler: benchmark.means(sampler, budgets, unit=unit) for sampler in benchmark.samplers}
    title = f"{benchmark.measure.title}, {_statistic(benchmark)}"
    return _table(benchmark, columns, title=title, caption=caption)


def difference_table(benchmark: Benchmark) -> Group:
    """Mean paired difference to the first sampler, and its standard error, for each budget and other sampler."""
    budgets, unit = benchmark.reported_budgets(), benchmark.units[0]
    first, *others = benchmark.samplers
    columns = {sampler: benchmark.differences(sampler, budgets, unit=unit) for sampler in others}
    title = f"Difference to {first} with the same seed, {_statistic(benchmark)}"
    return _table(benchmark, columns, title=title, signed=True)


def _table(
    benchmark: Benchmark,
    columns: dict[str, list[Estimate]],
    *,
    title: str,
    caption: str = "",
    signed: bool = False,
) -> Group:
    table = Table()
    table.add_column(benchmark.units[0].replace("_", " "), justify="right")
    for sampler in columns:
        table.add_column(sampler, justify="right")
    for place, budget in enumerate(benchmark.reported_budgets()):
        cells = [_cell(estimates[place], benchmark, signed=signed) for estimates in columns.values()]
        table.add_row(str(budget), *cells)
    # As a title of the table it would be as narrow as that.
    return Group(title, table, *([caption] if caption else []))


def _cell(estimate: Estimate, benchmark: Benchmark, *, signed: bool) -> str:
    """The number of seeds is named where it is not that of the whole benchmark."""
    text = benchmark.measure.text(estimate, signed=signed)
    is_whole = not text or estimate.seeds == len(benchmark.seeds)
    return text if is_whole else f"{text} ({counted(estimate.seeds, 'seed')})"


def _statistic(benchmark: Benchmark) -> str:
    """`mean % ± standard error, 5 seeds`."""
    seeds = len(benchmark.seeds)
    words = f"mean {benchmark.measure.unit}".rstrip() + (" ± standard error" if seeds > 1 else "")
    return f"{words}, {counted(seeds, 'seed')}"


def unfinished_words(benchmark: Benchmark, *, searches: int) -> str:
    """A sentence about searches that have not ended; empty if all have.

    Args:
        benchmark: With the searches that have begun.
        searches: How many there are to be.
    """
    finished = sum(curve.is_finished for curve in benchmark.curves)
    if finished == searches:
        return ""
    return f"{finished} of {searches} searches are finished. The others count up to what they have spent."

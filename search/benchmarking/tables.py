"""Means and paired differences as tables in a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from mlflow_runs.safe_text import printable
from search.benchmarking.benchmark import Benchmark
from search.benchmarking.statistics import Estimate
from search.quantities import counted

ONE_SEED = "With one seed there is no standard error. Give --seeds 2 or more."

NAME_WIDTH = 14  # characters of a sampler's name in a line, where room is short
BORDER = 3  # characters between two columns


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
    cells = {
        sampler: [_cell(each, benchmark, signed=signed) for each in estimates] for sampler, estimates in columns.items()
    }
    budgets = [str(budget) for budget in benchmark.reported_budgets()]
    # As a title of the table it would be as narrow as that.
    return Group(title, _Columns(benchmark.units[0].replace("_", " "), budgets, cells), *([caption] if caption else []))


@dataclass(frozen=True)
class _Columns:
    """A table with a column for each sampler; in a narrow terminal several tables, one below the other.

    Attributes:
        unit: Of the budgets.
        budgets: In the first column.
        cells: By sampler, as many as there are budgets.
    """

    unit: str
    budgets: Sequence[str]
    cells: Mapping[str, Sequence[str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        first = max(map(len, [self.unit, *self.budgets])) + BORDER + 1
        has_room = first + sum(max(map(cell_len, [name, *self.cells[name]])) + BORDER for name in self.cells)
        is_wide = has_room <= options.max_width
        samplers, width = [], first
        for sampler in self.cells:
            column = self._width(sampler, is_wide=is_wide) + BORDER
            if samplers and width + column > options.max_width:
                yield self._part(samplers, is_wide=is_wide)
                samplers, width = [], first
            samplers, width = [*samplers, sampler], width + column
        yield self._part(samplers, is_wide=is_wide)

    def _width(self, sampler: str, *, is_wide: bool) -> int:
        """Of a column. Where room is short a long name is broken, but never a cell."""
        name = cell_len(sampler) if is_wide else min(cell_len(sampler), NAME_WIDTH)
        return max(name, *map(cell_len, self.cells[sampler]))

    def _part(self, samplers: Sequence[str], *, is_wide: bool) -> Table:
        table = Table()
        table.add_column(self.unit, justify="right", no_wrap=True)
        for sampler in samplers:
            name = Text(printable(sampler), overflow="fold")
            table.add_column(name, justify="right", width=self._width(sampler, is_wide=is_wide))
        for row in zip(self.budgets, *(self.cells[sampler] for sampler in samplers), strict=True):
            table.add_row(*row)
        return table


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

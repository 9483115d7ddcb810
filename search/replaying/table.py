"""A table of networks that were trained before: a space whose results are looked up instead of trained."""

import contextlib
import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from search.errors import SearchError
from search.optimizer.pareto import Bounds, front, hypervolume
from search.quantities import counted
from search.workers.messages import Job
from spaces.validation import given, place

_ACCURACY = re.compile(r"(valid|test)@([1-9][0-9]{0,5})")

LARGEST_FILE = 100_000_000  # characters
LARGEST_COUNT = 10**15
"""Of multiply-adds and parameters. Whole numbers up to here are exact as floating-point numbers."""


class TableCost(NamedTuple):
    """The cost of a network, as the table has it."""

    multiply_adds: int
    parameters: int
    ram_bytes: None = None
    flash_bytes: None = None

    @property
    def flops(self) -> int:
        """Two for each multiply-add."""
        return 2 * self.multiply_adds


@dataclass(frozen=True)
class TableNetwork:
    """A network of the table.

    Attributes:
        row: Index of its row, from 0.
        params: Values by column.
        costs: Of the row.
    """

    row: int
    params: Mapping[str, Any]
    costs: TableCost

    @property
    def key(self) -> str:
        """Its row as text."""
        return f"row-{self.row}"

    @property
    def function_key(self) -> str:
        """The key: a table has no network twice."""
        return self.key

    def cost(self) -> TableCost:
        """The cost in the table."""
        return self.costs

    def words(self) -> str:
        """The choices in one line."""
        return " ".join(map(str, self.params.values()))

    def to_dict(self) -> dict[str, Any]:
        """The choices as plain data."""
        return dict(self.params)


class Table:
    """The search space of a table, with its results. `read_table` creates one.

    Attributes:
        choices: Values by column, sorted, numbers as numbers.
        macs: Array of shape (n,).
        parameters: Array of shape (n,), or None.
        validation: Accuracy, 0 to 1, by number of epochs; arrays of shape (n,).
        test: Accuracy, 0 to 1, after the most epochs; array of shape (n,).
    """

    def __init__(self, columns: Sequence[str], rows: list[tuple[Any, ...]], *, macs, parameters, validation, test):
        self.columns, self.macs, self.parameters = tuple(columns), macs, parameters
        self.validation, self.test = validation, test
        self.choices = {name: tuple(sorted({row[i] for row in rows})) for i, name in enumerate(columns)}
        self._rows = rows
        self._row_of = {row: index for index, row in enumerate(rows)}

    @property
    def epochs(self) -> tuple[int, ...]:
        """Numbers of epochs with a validation accuracy, in ascending order."""
        return tuple(sorted(self.validation))

    def architecture(self, hp) -> TableNetwork:
        """The network with the choices of `hp`. If the table has no such row, the row that agrees longest."""
        values = tuple(hp.Choice(name, options) for name, options in self.choices.items())
        row = self._row_of.get(values)
        return self.network(self._closest(values) if row is None else row)

    def all_params(self) -> Iterator[Mapping[str, Any]]:
        """The choices of every row. A table need not have a row for all choices, and a sampler should know."""
        return (dict(zip(self.columns, row, strict=True)) for row in self._rows)

    def network(self, row: int) -> TableNetwork:
        """The network of a row."""
        parameters = 0 if self.parameters is None else int(self.parameters[row])
        return TableNetwork(
            row, dict(zip(self.columns, self._rows[row], strict=True)), TableCost(int(self.macs[row]), parameters)
        )

    def accuracy(self, job: Job) -> float:
        """Validation accuracy, 0 to 1, that the training of a row ends with."""
        return float(self.validation[job.milestones[-1]][job.architecture.row])

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """None: no network of the table is trained before the sampler's own."""
        return {}

    def bounds(self, *, reference_accuracy: float) -> Bounds:
        """The rectangle of the hypervolume: the table's range of costs, and accuracies above the reference, 0 to 1."""
        return Bounds(1 - reference_accuracy, float(self.macs.min()), float(self.macs.max()))

    @cached_property
    def _codes(self) -> np.ndarray:
        ranks = [{value: code for code, value in enumerate(values)} for values in self.choices.values()]
        return np.array([[rank[value] for rank, value in zip(ranks, row, strict=True)] for row in self._rows])

    def _closest(self, values: tuple[Any, ...]) -> int:
        codes = [options.index(value) for options, value in zip(self.choices.values(), values, strict=True)]
        rows = np.arange(len(self._codes))
        for column, code in enumerate(codes):
            agreeing = rows[self._codes[rows, column] == code]
            if not len(agreeing):
                break
            rows = agreeing
        return int(rows[np.argmax((self._codes[rows] == codes).sum(axis=1))])


def share_of_true_front(table: Table, rows: Sequence[int], *, bounds: Bounds) -> float:
    """Share of the hypervolume of the table's true test front that rows reach.

    The front of the rows is chosen by validation accuracy and scored by test accuracy.

    Args:
        table: The table.
        rows: Those that were trained to the end; may be empty.
        bounds: The rectangle of the hypervolume.
    Returns:
        0 to 1.
    """
    [share] = shares_of_true_front(table, [rows], bounds=bounds)
    return share


def shares_of_true_front(table: Table, selections: Sequence[Sequence[int]], *, bounds: Bounds) -> list[float]:
    """`share_of_true_front` of each of several selections of rows."""
    true_front = hypervolume(1 - table.test, table.macs, bounds)
    return [_hypervolume_reached(table, np.asarray(rows, dtype=int), bounds) / true_front for rows in selections]


def _hypervolume_reached(table: Table, rows: np.ndarray, bounds: Bounds) -> float:
    chosen = rows[front(1 - table.validation[table.epochs[-1]][rows], table.macs[rows])]
    return hypervolume(1 - table.test[chosen], table.macs[chosen], bounds)


def read_table(path: str | Path) -> Table:
    """A table from a CSV file.

    Its columns are the choices, then `macs`, `valid@E` for each number of epochs E, `test@E` for the largest E, and
    perhaps `params`. Accuracies are in percent. Other columns after `macs` are ignored.

    Raises:
        SearchError: If the file can't be read; names what is wrong, and where.
    """
    table_name = f"the table {place(path)}"
    lines = _lines(path, table_name)
    while lines and not lines[-1]:  # Blank ones at the end, which editors leave.
        lines.pop()
    if len(lines) < 3:
        raise SearchError(f"{table_name} needs a header and two networks or more; got {counted(len(lines), 'line')}.")
    header, body = lines[0], lines[1:]
    _check_header(table_name, header)
    for number, line in enumerate(body, start=2):
        if len(line) != len(header):
            raise SearchError(f"{table_name} has {len(header)} columns, but line {number} has {len(line)}.")
    return _table(table_name, header, body)


def _lines(path: str | Path, table_name: str) -> list[list[str]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise SearchError(f"{table_name} has more than {LARGEST_FILE:,} characters. Give a smaller one.")
        return list(csv.reader(io.StringIO(text, newline="")))
    except UnicodeDecodeError:
        raise SearchError(f"{table_name} is not UTF-8. Save it as CSV in UTF-8.") from None
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise SearchError(f"{table_name} can't be read ({reason}). Give a CSV file with --table.") from None


def _check_header(table_name: str, header: list[str]) -> None:
    columns_given = f"got {given(header)}."
    if len(set(header)) != len(header):
        raise SearchError(f"{table_name} has a column twice; {columns_given}")
    if "macs" not in header or header.index("macs") == 0:
        raise SearchError(f"{table_name} needs choice columns and then `macs`; {columns_given}")
    epochs = _epochs(header)
    if not epochs:
        raise SearchError(f"{table_name} needs a `valid@E` column, E a number of epochs; {columns_given}")
    if f"test@{max(epochs)}" not in header:
        raise SearchError(f"{table_name} needs the column `test@{max(epochs)}`; {columns_given}")


def _epochs(header: list[str]) -> list[int]:
    """The numbers of epochs after which there is a validation accuracy."""
    return [int(match[2]) for name in header if (match := _ACCURACY.fullmatch(name)) and match[1] == "valid"]


def _table(table_name: str, header: list[str], body: list[list[str]]) -> Table:
    columns = header[: header.index("macs")]
    values = {name: [line[index] for line in body] for index, name in enumerate(header)}
    rows = list(zip(*[_typed(values[name]) for name in columns], strict=True))
    if len(set(rows)) != len(rows):
        raise SearchError(f"{table_name} has two rows with the same choices. Keep one of each.")
    validation = {epochs: _percent(table_name, f"valid@{epochs}", values) for epochs in _epochs(header)}
    macs = _numbers(table_name, "macs", values["macs"], lowest=1, highest=LARGEST_COUNT)
    if macs.min() == macs.max():
        raise SearchError(f"all networks of {table_name} have the same `macs`, {macs[0]:,.0f}. Give some that differ.")
    return Table(
        columns,
        rows,
        macs=macs,
        parameters=_numbers(table_name, "params", values["params"], highest=LARGEST_COUNT)
        if "params" in header
        else None,
        validation=validation,
        test=_percent(table_name, f"test@{max(validation)}", values),
    )


def _typed(texts: list[str]) -> list[Any]:
    """The values of a column, as numbers if all of them are numbers, so that they are ordered."""
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            numbers = [kind(text) for text in texts]
            if all(abs(number) <= LARGEST_COUNT for number in numbers):  # NaN is refused here, too.
                return numbers
    return texts


def _percent(table_name: str, column: str, values: Mapping[str, list[str]]) -> np.ndarray:
    """Accuracies, 0 to 1."""
    return _numbers(table_name, column, values[column], highest=100) / 100


def _numbers(table_name: str, column: str, texts: list[str], *, lowest: float = 0, highest: float) -> np.ndarray:
    for number, text in enumerate(texts, start=2):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not lowest <= value <= highest:
            raise SearchError(
                f"{table_name} needs numbers from {lowest} to {highest:,} in {column}; line {number} has {given(text)}."
            )
    return np.array([float(text) for text in texts])

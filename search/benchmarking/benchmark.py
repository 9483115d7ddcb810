"""A benchmark: searches that differ in sampler and seed alone, and what they say together."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mlflow_runs.runs.child import csv_table
from search.benchmarking.curve import FULL_TRAININGS, Curve
from search.benchmarking.figure import BenchmarkFigure
from search.benchmarking.statistics import Estimate, estimate, paired_difference
from search.quantities import counted

MOST_BUDGETS = 1_000
"""Budgets of a tidy table in one unit. Of more, evenly spaced ones are taken."""


@dataclass(frozen=True)
class Measure:
    """How a hypervolume is shown to a person.

    Attributes:
        title: What it is.
        axis_title: What it is, with its unit, in short.
        unit: Of the values that are shown; empty for shares.
        factor: Of the values that are shown.
        decimals: Of the values that are shown.
    """

    title: str
    axis_title: str
    unit: str
    factor: float
    decimals: int

    def text(self, value: Estimate, *, signed: bool = False) -> str:
        """`93.5 ± 0.4`: mean and standard error, if there is one."""
        if value.mean is None:
            return ""
        rounded = round(self.factor * value.mean, self.decimals) + 0.0  # Never -0.0.
        mean = f"{rounded:{'+' if signed else ''}.{self.decimals}f}"
        if value.standard_error is None:
            return mean
        return f"{mean} ± {self.factor * value.standard_error:.{self.decimals}f}"


SHARE_OF_TRUE_FRONT = Measure(
    "Share of the true front's hypervolume", "Hypervolume (% of the true front's)", unit="%", factor=100, decimals=1
)
SHARE_OF_RECTANGLE = Measure(
    "Hypervolume as a share of the whole", "Hypervolume (share of the whole)", unit="", factor=1, decimals=4
)


@dataclass(frozen=True)
class Benchmark:
    """Searches for the same networks, with the same seeds for each sampler.

    Attributes:
        name: Of what is searched: a study's name, or a table's.
        samplers: The first is the one with which the others are compared.
        curves: One for each sampler and seed that was searched.
        measure: What their hypervolumes are.
        units: Of budget, the main one first.
    """

    name: str
    samplers: tuple[str, ...]
    curves: Sequence[Curve]
    measure: Measure
    units: tuple[str, ...] = (FULL_TRAININGS,)

    @cached_property
    def seeds(self) -> list[int]:
        """Of the searches, in order."""
        return sorted({curve.seed for curve in self.curves})

    def budgets(self, unit: str) -> list[int]:
        """Whole numbers from one on, until all that any search has spent is counted."""
        last = max(1, math.ceil(max((curve.total[unit] for curve in self.curves), default=0)))
        count = min(last, MOST_BUDGETS)
        return [last * number // count for number in range(1, count + 1)]

    def reported_budgets(self) -> list[int]:
        """The few that a person is shown, in the main unit: 1, 2, 5, 10, 20, 50 and so on, and the last."""
        last = self.budgets(self.units[0])[-1]
        series = [digit * 10**power for power in range(len(str(last))) for digit in (1, 2, 5)]
        return [*(budget for budget in series if budget < last), last]

    def values(self, sampler: str, budgets: Sequence[float], *, unit: str) -> dict[int, np.ndarray]:
        """Hypervolumes by seed, each of shape (n_budgets,), NaN where they are not known."""
        return {curve.seed: curve.at(budgets, unit=unit) for curve in self.curves if curve.sampler == sampler}

    def means(self, sampler: str, budgets: Sequence[float], *, unit: str) -> list[Estimate]:
        """The mean over seeds for each budget."""
        values = self.values(sampler, budgets, unit=unit)
        return [estimate(_at(values, place)) for place in range(len(budgets))]

    def differences(self, sampler: str, budgets: Sequence[float], *, unit: str) -> list[Estimate]:
        """The mean difference to the first sampler, over the seeds of both, for each budget."""
        values = self.values(sampler, budgets, unit=unit)
        baseline = self.values(self.samplers[0], budgets, unit=unit)
        return [paired_difference(_at(values, place), _at(baseline, place)) for place in range(len(budgets))]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The tidy table: a row for each sampler, seed, unit and budget."""
        return list(self._rows())

    def _rows(self) -> Iterator[dict[str, Any]]:
        for unit in self.units:
            budgets = self.budgets(unit)
            for curve in self.curves:
                key = {"benchmark": self.name, "sampler": curve.sampler, "seed": curve.seed, "unit": unit}
                for budget, value in zip(budgets, curve.at(budgets, unit=unit).tolist(), strict=True):
                    if not math.isnan(value):
                        yield key | {"budget": budget, "hypervolume": value}

    def to_csv(self) -> str:
        """The tidy table as CSV with a header."""
        return csv_table(self.rows) if self.rows else "benchmark,sampler,seed,unit,budget,hypervolume\n"

    @property
    def table(self):
        """The tidy table as a `pandas.DataFrame`."""
        import pandas

        return pandas.DataFrame(self.rows)

    @property
    def summary(self):
        """Means and paired differences as a `pandas.DataFrame`: a row for each sampler and reported budget."""
        import pandas

        return pandas.DataFrame(self.summary_rows()).set_index(["sampler", "budget"])

    def summary_rows(self) -> list[dict[str, Any]]:
        """Means and paired differences to the first sampler; None stands for what can't be estimated."""
        unit, budgets = self.units[0], self.reported_budgets()
        return [
            {
                "sampler": sampler,
                "unit": unit,
                "budget": budget,
                "seeds": mean.seeds,
                "mean": mean.mean,
                "standard_error": mean.standard_error,
                "paired_seeds": difference.seeds,
                "mean_difference": difference.mean,
                "standard_error_of_difference": difference.standard_error,
            }
            for sampler in self.samplers
            for budget, mean, difference in zip(
                budgets,
                self.means(sampler, budgets, unit=unit),
                self.differences(sampler, budgets, unit=unit),
                strict=True,
            )
        ]

    @property
    def figure(self) -> BenchmarkFigure:
        """Hypervolume over budget, a line for each sampler with a band of its standard error."""
        return BenchmarkFigure(self)

    def __repr__(self) -> str:
        return f"{self.name}: {counted(len(self.samplers), 'sampler')}, {counted(len(self.seeds), 'seed')}"

    def _repr_html_(self) -> str:
        """What a notebook shows: the figure, means and paired differences."""
        return f"{self.figure.to_img()}{self.summary._repr_html_()}"

    def to_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        return {
            "benchmark": self.name,
            "samplers": list(self.samplers),
            "seeds": self.seeds,
            "measure": self.measure.title,
            "summary": self.summary_rows(),
        }

    def to_json(self) -> str:
        """`to_dict` as text."""
        return json.dumps(self.to_dict(), indent=2)


def _at(values: Mapping[int, np.ndarray], place: int) -> dict[int, float]:
    return {seed: float(of_seed[place]) for seed, of_seed in values.items()}

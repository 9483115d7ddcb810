"""Several seeds and samplers together, beside pandas."""

import dataclasses
import io
import math

import pandas as pd
import pytest

from search.benchmarking import FULL_TRAININGS, SHARE_OF_RECTANGLE, SHARE_OF_TRUE_FRONT
from search.benchmarking.statistics import Estimate
from tests.search.benchmarking.curves import made_benchmark, made_curve

BUDGETS = [1, 3, 7]


@pytest.fixture
def benchmark():
    return made_benchmark("known-cost", "tpe", "my_module:MySampler")


def read(benchmark):
    return pd.read_csv(io.StringIO(benchmark.to_csv()))


def test_the_tidy_table_gives_the_means_in_one_line_of_pandas(benchmark):
    groups = read(benchmark).groupby(["sampler", "budget"]).hypervolume
    expected = groups.agg(["mean", "sem", "count"])
    for sampler in benchmark.samplers:
        for budget, found in zip(BUDGETS, benchmark.means(sampler, BUDGETS, unit=FULL_TRAININGS), strict=True):
            assert dataclasses.astuple(found) == pytest.approx(tuple(expected.loc[sampler, budget]))


def test_differences_are_those_of_the_pivoted_table(benchmark):
    wide = read(benchmark).pivot(index=["budget", "seed"], columns="sampler", values="hypervolume")
    differences = (wide["tpe"] - wide["known-cost"]).groupby("budget").agg(["mean", "sem", "count"])
    found = benchmark.differences("tpe", BUDGETS, unit=FULL_TRAININGS)
    for budget, estimate in zip(BUDGETS, found, strict=True):
        assert dataclasses.astuple(estimate) == pytest.approx(tuple(differences.loc[budget]))


def test_the_tidy_table_has_a_row_for_each_sampler_seed_and_training(benchmark):
    table, last = read(benchmark), math.ceil(max(curve.total[FULL_TRAININGS] for curve in benchmark.curves))
    assert list(table) == ["benchmark", "sampler", "seed", "unit", "budget", "hypervolume"]
    assert len(table) == 3 * 4 * last == len(benchmark.table)
    assert sorted(set(table.budget)) == list(range(1, last + 1))
    assert set(table.unit) == {"full_trainings"} and set(table.benchmark) == {"made up"}


def test_many_budgets_are_thinned_out_evenly():
    benchmark = made_benchmark("random", seeds=1, total=100_000)
    budgets = benchmark.budgets(FULL_TRAININGS)
    assert len(budgets) == 1_000 and budgets[0] == 100 and budgets[-1] == 100_000


@pytest.mark.parametrize(
    ("total", "reported"),
    [(0.4, [1]), (5, [1, 2, 5]), (12.2, [1, 2, 5, 10, 13]), (200, [1, 2, 5, 10, 20, 50, 100, 200])],
)
def test_a_few_budgets_are_reported(total, reported):
    assert made_benchmark("random", seeds=1, trainings=1, total=total).reported_budgets() == reported


def test_the_summary_has_means_and_paired_differences(benchmark):
    summary = benchmark.summary
    [mean] = benchmark.means("tpe", [5], unit=FULL_TRAININGS)
    [difference] = benchmark.differences("tpe", [5], unit=FULL_TRAININGS)
    row = summary.loc["tpe", 5]
    assert (row["mean"], row["standard_error"], row.seeds) == dataclasses.astuple(mean)
    assert (row.mean_difference, row.standard_error_of_difference, row.paired_seeds) == dataclasses.astuple(difference)
    assert benchmark.to_dict()["samplers"] == ["known-cost", "tpe", "my_module:MySampler"]


def test_of_unfinished_searches_only_seeds_that_have_spent_the_budget_count(benchmark):
    unfinished = made_curve("tpe", 4, is_finished=False, total=3)
    more = dataclasses.replace(benchmark, curves=[*benchmark.curves, unfinished])
    assert [each.seeds for each in more.means("tpe", BUDGETS, unit=FULL_TRAININGS)] == [5, 5, 4]
    assert [each.seeds for each in more.differences("tpe", BUDGETS, unit=FULL_TRAININGS)] == [4, 4, 4]
    table = read(more)
    assert table[(table.sampler == "tpe") & (table.seed == 4)].budget.tolist() == [1, 2, 3]


def test_how_an_estimate_is_written():
    assert SHARE_OF_TRUE_FRONT.text(Estimate(0.9351, 0.0042, 5)) == "93.5 ± 0.4"
    assert SHARE_OF_TRUE_FRONT.text(Estimate(-0.05, 0.01, 5), signed=True) == "-5.0 ± 1.0"
    assert SHARE_OF_RECTANGLE.text(Estimate(0.5, None, 1), signed=True) == "+0.5000"
    assert SHARE_OF_RECTANGLE.text(Estimate(None, None, 0)) == ""


@pytest.mark.parametrize("mean", [-1e-9, 0.0, 1e-9])
def test_nothing_has_no_minus(mean):
    assert SHARE_OF_RECTANGLE.text(Estimate(mean, 1e-9, 2), signed=True) == "+0.0000 ± 0.0000"
    assert SHARE_OF_RECTANGLE.text(Estimate(mean, None, 1)) == "0.0000"

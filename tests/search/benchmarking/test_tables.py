"""What a person reads: means, paired differences, and what is missing."""

import dataclasses
import io

from rich.console import Console

from search.benchmarking.tables import difference_table, mean_table, unfinished_words
from tests.search.benchmarking.curves import made_benchmark, made_curve


def printed(table):
    console = Console(file=io.StringIO(), width=120)
    console.print(table)
    return console.file.getvalue()


def test_means_and_differences_have_a_standard_error_and_name_the_seeds():
    benchmark = made_benchmark("known-cost", "tpe", seeds=5)
    means, differences = printed(mean_table(benchmark)), printed(difference_table(benchmark))
    assert "Share of the true front's hypervolume, mean % ± standard error, 5 seeds" in means
    assert "Difference to known-cost with the same seed, mean % ± standard error, 5 seeds" in differences
    assert "known-cost" in means.splitlines()[2] and "known-cost" not in differences.splitlines()[2]
    assert all(" ± " in line for line in means.splitlines()[4:-1])


def test_one_seed_has_no_standard_error_and_nothing_is_not_a_number():
    benchmark = made_benchmark("known-cost", "tpe", seeds=1)
    text = printed(mean_table(benchmark)) + printed(difference_table(benchmark))
    assert "mean %, 1 seed" in text and "±" not in text and "nan" not in text


def test_a_cell_names_its_seeds_where_they_are_fewer():
    benchmark = made_benchmark("tpe", seeds=2, total=5)
    unfinished = made_curve("tpe", 2, is_finished=False, total=2)
    text = printed(mean_table(dataclasses.replace(benchmark, curves=[*benchmark.curves, unfinished])))
    rows = {line.split("│")[1].strip(): line for line in text.splitlines() if line.startswith("│")}
    assert "seeds" not in rows["2"] and "(2 seeds)" in rows["5"]


def test_unfinished_searches_are_counted():
    benchmark = made_benchmark("tpe", seeds=2)
    assert unfinished_words(benchmark, searches=2) == ""
    assert unfinished_words(benchmark, searches=3).startswith("2 of 3 searches are finished.")

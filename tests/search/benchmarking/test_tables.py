"""What a person reads: means, paired differences, and what is missing."""

import dataclasses
import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from search.benchmarking.tables import difference_table, mean_table, unfinished_words
from tests.search.benchmarking.curves import made_benchmark, made_curve


def printed(table, *, width=120):
    console = Console(file=io.StringIO(), width=width)
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


LONG = [f"my_own_module:Sampler_with_a_very_long_name_{number}" for number in range(8)]


@pytest.mark.parametrize("names", [["known-cost", *LONG[1:]], ["known-cost", "tpe", "tpe-default", "nsga2", "random"]])
def test_in_a_narrow_terminal_every_name_and_every_cell_is_whole(names):
    benchmark = made_benchmark(*names, seeds=3)
    for table, shown in ((mean_table(benchmark), names), (difference_table(benchmark), names[1:])):
        lines = printed(table, width=80).splitlines()
        assert max(map(len, lines)) <= 80
        cells = [line.split("│")[1:-1] for line in lines if line.startswith("│")]
        assert sum(len(row) - 1 for row in cells) == len(shown) * len(benchmark.reported_budgets())
        assert all(
            row[0].strip().isdigit() and all("±" in cell and "…" not in cell for cell in row[1:]) for row in cells
        )
        heads = [line.split("┃")[1:-1] for line in lines if line.startswith("┃")]
        letters = "".join("".join(head) for head in heads).replace(" ", "")
        assert "…" not in letters and len(letters) >= sum(map(len, shown))


def test_where_there_is_room_all_samplers_stand_in_one_table():
    benchmark = made_benchmark(*LONG, seeds=3)
    text = printed(mean_table(benchmark), width=450)
    assert text.count("full trainings") == 1 and all(name in text for name in LONG)


def test_letters_of_double_width_are_given_their_room():
    benchmark = made_benchmark("known-cost", "mine:一个很长的采样器名字", seeds=1)
    lines = printed(mean_table(benchmark)).splitlines()[1:]
    assert len({cell_len(line) for line in lines}) == 1 and "mine:一个很长的采样器名字" in lines[1]

"""Repetitions of a search over a table: what counts towards a budget."""

import pytest

from search.replaying.repetition import Replay, repeat, search
from search.replaying.table import read_table, share_of_true_front
from tests.search.replaying.toy_table import toy_table


@pytest.mark.parametrize("workers", [1, 3])
def test_trainings_started_within_the_budget_count(tmp_path, workers):
    known = read_table(toy_table(tmp_path / "toy.csv"))
    bounds = known.bounds(reference_accuracy=0.8)
    replay = Replay(known, bounds, "known-cost", rungs=known.epochs, budget=10, workers=workers)
    _, pool = search(replay, 0)
    reached, spent, rows = repeat(replay, 0).reached, 0.0, []
    for training in pool.started:
        spent += training.seconds
        if spent <= 5 * 8 and training.job.milestones[-1] == 8:
            rows.append(training.job.architecture.row)
    assert rows
    assert reached[5] == pytest.approx(share_of_true_front(known, rows, bounds=bounds))
    assert sum(training.seconds for training in pool.started[:-1]) < 10 * 8 <= pool.spent


def test_a_table_with_holes_is_searched_by_the_choices_that_its_rows_have(tmp_path):
    whole = toy_table(tmp_path / "toy.csv")
    rows = whole.read_text().splitlines()[1:]
    known = read_table(toy_table(tmp_path / "holes.csv", rows=[rows[number] for number in (0, 2, 3, 5, 8, 9, 11)]))
    replay = Replay(known, known.bounds(reference_accuracy=0.8), "known-cost", rungs=known.epochs, budget=7, trials=7)
    study, _ = search(replay, 0)
    proposed = [trial.params for trial in study.trained()]
    assert sorted(map(str, proposed)) == sorted(map(str, known.all_params()))

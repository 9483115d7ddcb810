"""All trials as a table, against what Optuna reads from the storage."""

import csv
import io

import optuna
import pandas
import pytest

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.results import SearchResult
from tests.toy_space import ToySpace, fake_accuracy


@pytest.fixture(scope="module")
def study():
    """Twelve trials on rungs 1 and 3: complete ones, stopped ones, some outside the cap, one that failed."""
    problem = Problem(ToySpace(), Ladder((1, 3)), caps=Caps(flops=20_000), bounds=Bounds(0.9, 1e3, 1e5))
    study = open_study("toy", problem, storage=optuna.storages.InMemoryStorage(), sampler="random", seed=0, settings={})
    for turn in range(12):
        proposal = study.ask()
        if turn == 5:
            study.fail(proposal.number, "out of memory")
            continue
        for epoch in range(proposal.resume_from + 1, proposal.milestones[-1] + 1):
            study.record_epoch(proposal.number, (epoch, fake_accuracy(proposal.architecture), 1.0, 0.1))
        study.record_rung(proposal.number, accuracy=fake_accuracy(proposal.architecture), seconds=1.5)
    study.close("the end")
    return study


def test_a_row_for_each_trial_with_its_choices_costs_and_accuracies(study):
    table, trials = SearchResult(study).trials, study.optuna_study.get_trials()
    assert list(table.index) == [trial.number for trial in trials]
    optunas = study.optuna_study.trials_dataframe(attrs=("number", "params"))
    for name in [column for column in optunas.columns if column.startswith("params_")]:
        assert table[name].astype(float).equals(optunas.set_index("number")[name].astype(float))
    for trial in trials:
        row, attributes = table.loc[trial.number], trial.user_attrs
        assert row["multiply_adds"] == attributes["macs"] and row["flops"] == 2 * attributes["macs"]
        assert row["parameters"] == attributes["parameters"] and row["key"] == attributes["architecture.key"]
        reached = attributes.get("rungs", {})
        for rung in (1, 3):
            accuracy = row[f"accuracy@{rung}"]
            assert accuracy == reached[str(rung)] if str(rung) in reached else accuracy != accuracy
        seconds = row["seconds"]
        assert seconds == attributes["seconds"] if "seconds" in attributes else seconds != seconds


def test_states_are_those_that_a_person_reads(study):
    result = SearchResult(study)
    table = result.trials
    assert dict(table["state"].value_counts()) == result.counts
    assert {"complete", "failed", "outside the caps"} <= set(table["state"])
    assert list(table.query("state == 'failed'")["reason"]) == ["out of memory"]
    assert list(table[table["on_front"]].index) == sorted(trial.number for trial in study.front())
    assert set(table["known"]) == {"", "Small"}


def test_the_csv_has_the_same_cells(study):
    result = SearchResult(study)
    rows = list(csv.DictReader(io.StringIO(result.trials_csv())))
    table = result.trials.reset_index()
    assert list(rows[0]) == list(table.columns)
    for row, (_, cells) in zip(rows, table.iterrows(), strict=True):
        for name, cell in cells.items():
            assert row[name] == ("" if pandas.isna(cell) else str(cell))


def test_a_study_that_has_not_begun_has_its_queued_networks():
    problem = Problem(ToySpace(), Ladder((1,)), bounds=Bounds(0.9, 1e3, 1e5))
    study = open_study("new", problem, storage=optuna.storages.InMemoryStorage(), sampler="random", seed=0, settings={})
    assert set(SearchResult(study).trials["state"]) == {"queued"}

"""What a choice explains, against closed forms and a regression on its values; and what chance explains."""

import random

import numpy as np
import pytest

from mlflow_runs.runs.importance import choice_importances, explained_shares


def adjusted_r_squared(values, results):
    """The same number by least squares on one column a value: the textbook's adjusted R squared."""
    levels = sorted(set(values))
    design = np.array([[value == level for level in levels] for value in values], dtype=float)
    fitted = design @ np.linalg.lstsq(design, np.array(results), rcond=None)[0]
    squared = 1 - np.var(results - fitted) / np.var(results)
    return max(0.0, 1 - (1 - squared) * (len(results) - 1) / (len(results) - len(levels)))


def share(grouping, results):
    return float(explained_shares(grouping, [results])[0])


@pytest.mark.parametrize("seed", range(20))
def test_against_least_squares(seed):
    rng = np.random.default_rng(seed)
    values = np.unique(rng.integers(0, rng.integers(2, 8), size=40), return_inverse=True)[1]
    several = rng.normal(size=(3, 40)) + rng.uniform(0, 1) * values
    expected = [adjusted_r_squared(values.tolist(), results) for results in several]
    assert explained_shares(values, several) == pytest.approx(expected)


def test_closed_forms():
    assert share([0, 0, 1, 1], [1, 1, 2, 2]) == 1
    assert share([0, 0, 1, 1], [1, 2, 1, 2]) == 0
    assert share([0, 1, 2], [1, 2, 3]) == 0  # each trial has a value of its own
    assert share([0, 0, 1], [5, 5, 5]) == 0
    # Groups 1, 2 and 4, 5: 1 within of 2 degrees of freedom, 10 in all of 3.
    assert share([0, 0, 1, 1], [1, 2, 4, 5]) == pytest.approx(1 - (1 / 2) / (10 / 3))


def made(trial, columns, accuracies, flops=None):
    """Trials with a choice for each column, by name."""
    flops = flops or [1_000_000] * len(accuracies)
    return [
        trial(n, params={name: values[n] for name, values in columns.items()}, accuracy=accuracies[n], flops=flops[n])
        for n in range(len(accuracies))
    ]


def names_of(study):
    return [choice.name for choice in choice_importances(study)]


def test_four_trials_tell_nothing(study, trial):
    """However well a choice seems to explain them: of 24 orders, a third divide two and two as well."""
    columns = {"kind": ["a", "a", "b", "b"], "bias": [0, 0, 1, 1]}
    assert choice_importances(study(made(trial, columns, [0.1, 0.12, 0.8, 0.82], [10, 11, 90, 95]))) == []
    assert choice_importances(study([])) == []
    assert choice_importances(study([trial(0)])) == []


def test_chance_names_a_choice_no_more_often_than_it_should(study, trial):
    """With twelve choices that do nothing, at most about one study in ten: one in twenty for accuracy and for cost."""
    rng = random.Random(0)
    named = 0
    for _ in range(100):
        columns = {f"c{n}": [rng.choice("abc") for _ in range(16)] for n in range(12)}
        flops = [int(10 ** rng.uniform(5, 7)) for _ in range(16)]
        named += bool(choice_importances(study(made(trial, columns, [rng.random() for _ in range(16)], flops))))
    assert named <= 18  # of a binomial with p = 0.1, the 99th percentile


def test_choices_that_changed_together_are_named_together(study, trial):
    rng = random.Random(1)
    kinds = [n % 2 for n in range(20)]
    columns = {
        "kind": ["standard" if kind else "separable" for kind in kinds],
        "bias": [bool(kind) for kind in kinds],
        "nearly": [*kinds[:-1], 1 - kinds[-1]],
    }
    importances = choice_importances(study(made(trial, columns, [0.5 + 0.2 * k + rng.gauss(0, 0.01) for k in kinds])))
    assert [(choice.name, choice.confounded) for choice in importances] == [("kind", ("bias",)), ("nearly", ())]
    assert importances[0].trials == 20
    assert importances[0].accuracy > importances[1].accuracy > 0.5
    assert importances[0].cost is None  # all cost the same


def test_a_choice_counts_if_all_trials_made_it_and_differ_in_it(study, trial):
    kinds = [n % 2 for n in range(12)]
    columns = {"same": [1] * 12, "strange@name": kinds}
    trials = made(trial, columns, [0.5 + 0.2 * kind + 0.001 * n for n, kind in enumerate(kinds)])
    trials = [trial(12, state="FAIL", params={}), *trials]
    assert names_of(study(trials)) == ["strange@name"]
    trials[1] = trial(0, params={"same": 1}, accuracy=0.5, flops=1_000_000)
    assert names_of(study(trials)) == []


def test_the_choices_that_explain_most_come_first(study, trial):
    """Accuracy follows one choice, cost another; six are noise, and one has a value of its own in each trial."""
    rng = random.Random(0)
    trials = []
    for number in range(60):
        kind, width = number % 2, (number // 2) % 3
        noise = {f"noise{i}": rng.choice("abc") for i in range(6)}
        params = {**noise, "own": number, "kind": kind, "width": width}
        accuracy, flops = 0.5 + 0.2 * kind + rng.gauss(0, 0.01), int(1e6 * 4**width * rng.uniform(0.9, 1.1))
        trials.append(trial(number, params=params, accuracy=accuracy, flops=flops))
    importances = {choice.name: choice for choice in choice_importances(study(trials))}
    assert sorted(importances) == ["kind", "width"]
    assert (importances["kind"].cost, importances["width"].accuracy) == (None, None)


def test_the_same_study_gives_the_same_answer(study, trial):
    one = study([trial(n) for n in range(30)])
    assert choice_importances(one) == choice_importances(one)

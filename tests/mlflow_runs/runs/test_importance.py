"""What a choice explains, against closed forms and a regression on its values."""

import random

import numpy as np
import pytest

from mlflow_runs.runs.importance import choice_importances, explained_share


def adjusted_r_squared(values, results):
    """The same number by least squares on one column a value: the textbook's adjusted R squared."""
    levels = sorted(set(map(str, values)))
    design = np.array([[str(value) == level for level in levels] for value in values], dtype=float)
    fitted = design @ np.linalg.lstsq(design, np.array(results), rcond=None)[0]
    squared = 1 - np.var(results - fitted) / np.var(results)
    return max(0.0, 1 - (1 - squared) * (len(results) - 1) / (len(results) - len(levels)))


@pytest.mark.parametrize("seed", range(20))
def test_against_least_squares(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, rng.integers(2, 8), size=40)
    results = rng.normal(size=40) + rng.uniform(0, 1) * values
    assert explained_share(values.tolist(), results.tolist()) == pytest.approx(adjusted_r_squared(values, results))


def test_closed_forms():
    assert explained_share(["a", "a", "b", "b"], [1, 1, 2, 2]) == 1
    assert explained_share(["a", "a", "b", "b"], [1, 2, 1, 2]) == 0
    assert explained_share(["a", "a", "b", "b"], [0, 2, 4, 6]) == pytest.approx(1 - (4 / 2) / (20 / 3))


@pytest.mark.parametrize("values", [[], ["a"], ["a", "b", "c"], [True, True], [1, None, 1.5]])
def test_what_explains_nothing(values):
    assert explained_share(values, list(range(len(values)))) in (0, pytest.approx(0))


def test_results_that_are_all_the_same():
    assert explained_share([1, 1, 2, 2], [0.5] * 4) == 0


def test_values_of_any_type_in_any_order():
    values, results = [True, 1.5, None, "x", True, None], [1, 2, 3, 4, 1.5, 3.5]
    forwards = explained_share(values, results)
    assert forwards == pytest.approx(explained_share(values[::-1], results[::-1]))
    assert 0 < forwards < 1


def names_of(study):
    return [choice.name for choice in choice_importances(study)]


def test_a_choice_counts_if_all_trials_made_it_and_differ_in_it(study, trial):
    params = [
        {"same": 1, "kind": "a", "only sometimes": 1, "strange@name": 1},
        {"same": 1, "kind": "b", "strange@name": 2},
    ]
    made = study([trial(n, params=params[n]) for n in range(2)] + [trial(2, state="FAIL", params={})])
    assert names_of(made) == ["kind", "strange@name"]
    assert names_of(study([])) == []


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
    names = names_of(study(trials))
    assert sorted(names[:2]) == ["kind", "width"]
    assert len(names) == 5 and "own" not in names

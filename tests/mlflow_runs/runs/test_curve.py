"""The front as a step curve, against the best accuracy within each budget counted one by one."""

import itertools
import math

import numpy as np

from mlflow_runs.objectives import LATENCY
from mlflow_runs.runs import curve


def test_every_step_is_the_best_within_its_budget(study, trial):
    made = study([trial(n) for n in range(30)] + [trial(30, state="PRUNED")])
    corners = curve.corners(made)
    finished = [(math.log10(t.flops), t.accuracy) for t in made.trials if t.accuracy is not None]
    assert corners == sorted(corners)  # along, then up
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(corners))
    for budget, accuracy in finished:
        reached = max(a for b, a in corners if b <= budget)
        assert reached == max(a for b, a in finished if b <= budget) >= accuracy
    assert corners[-1][0] > max(budget for budget, _ in finished)


def test_corners_of_three(study, trial):
    trials = [trial(n, flops=10 ** (n + 1), accuracy=0.5 + 0.1 * n) for n in range(3)]
    np.testing.assert_allclose(
        curve.corners(study(trials)), [(1, 0.5), (2, 0.5), (2, 0.6), (3, 0.6), (3, 0.7), (3.04, 0.7)]
    )


def test_few(study, trial):
    assert curve.corners(study([])) == []
    assert curve.key(study([trial(0, state="FAIL")])) == ""
    assert curve.corners(study([trial(0, flops=1000, accuracy=0.5)])) == [(3, 0.5)]


def test_a_key_is_of_the_curve_alone(study, trial):
    trials = [trial(n) for n in range(8)]
    assert curve.key(study(trials)) == curve.key(study([*trials, trial(8, state="PRUNED")], name="other"))
    assert curve.key(study(trials)) != curve.key(study(trials[:3]))


def test_milliseconds_where_a_study_minimises_them(study, trial):
    trials = [trial(n, cost=2.0 - n, accuracy=0.6 - 0.1 * n) for n in range(2)]
    made = study(trials, objective=LATENCY)
    np.testing.assert_allclose(curve.corners(made), [(1, 0.5), (2, 0.5), (2, 0.6), (2.02, 0.6)])
    logged = {point.key for point in curve.metrics(made, when_ms=7)}
    assert logged == {"front/milliseconds", "front/validation accuracy"}

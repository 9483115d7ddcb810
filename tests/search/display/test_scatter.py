"""The picture of characters: points at their places, round ticks, and any number of points at any size."""

import math

import pytest

from search.display.scatter import FRONT, OTHER, Points, cost_ticks, points_of, round_ticks, scatter
from tests.search.display.simulated import SimulatedPool, opened, searched

SOME = Points((1e6, 3e6, 3.2e6, 2e7), (50.0, 60.0, 55.0, 70.0), (True, True, False, True))


def lines(points, *, width=78, height=14):
    return scatter(points, width=width, height=height).plain.splitlines()


def drawn(points, **size):
    """The lines of the picture without its legend."""
    return "\n".join(lines(points, **size)[1:])


def test_each_trial_is_a_point_and_the_front_has_its_own_character():
    picture = drawn(SOME)
    assert picture.count(FRONT) == 3
    assert picture.count(OTHER) == 1
    assert all(mark in lines(SOME)[0] for mark in (FRONT, OTHER))


def test_points_are_at_their_ticks():
    rows = lines(SOME, width=78, height=14)[1:]
    axis = next(row for row in rows if "┬" in row)
    labels = rows[rows.index(axis) + 1]
    tick = labels.index("20M") + 1
    # 20 M FLOPs is a tick, and the dearest point is there, in the highest row that holds one.
    best = next(row for row in rows if FRONT in row)
    assert abs(best.index(FRONT) - tick) <= 1
    assert best.startswith("70")
    # Equal ratios are equal distances.
    places = {label: labels.index(label) for label in ("1M", "2M", "5M", "10M")}
    assert places["2M"] - places["1M"] == pytest.approx(places["10M"] - places["5M"], abs=1)


def test_titles_name_the_axes_and_their_units():
    assert "accuracy %" in lines(SOME)[0]
    assert "FLOPs" in lines(SOME)[-1]
    timed = Points((0.1, 0.2), (50.0, 60.0), (True, True), timed=True)
    assert "ms" in lines(timed)[-1]
    assert "FLOPs" not in drawn(timed)


@pytest.mark.parametrize("width, height", [(78, 14), (40, 12), (24, 12), (60, 13)])
@pytest.mark.parametrize(
    "points",
    [
        SOME,
        Points((2e6,), (10.0,), (True,)),
        Points((2e6, 2e6), (10.0, 10.0), (True, False)),
        Points((1e6, 2e7), (50.0, 50.0), (True, False)),
        Points((1e6, 1e6), (0.0, 100.0), (False, True)),
        Points((0.012, 0.0125), (99.9, 100.0), (True, True), timed=True),
        Points((1e3, 5e9), (1.0, 99.0), (True, True)),
    ],
)
def test_the_picture_fits_whatever_the_points(points, width, height):
    rows = lines(points, width=width, height=height)
    assert len(rows) <= height
    assert max(map(len, rows)) <= max(width, 40)
    assert max(map(len, rows[1:])) <= width
    assert FRONT in drawn(points, width=width, height=height)
    assert "nan" not in "\n".join(rows).lower()


def test_pictures_do_not_influence_each_other():
    before = lines(SOME)
    scatter(Points((5e8,), (1.0,), (False,)), width=30, height=10)
    assert lines(SOME) == before


def test_the_study_s_points_are_its_complete_trials():
    study = searched(opened(), SimulatedPool(2), total=15)
    points = points_of(study)
    drawn_points = sorted(zip(points.costs, points.percents, points.on_front, strict=True))
    optuna_front = {trial.number for trial in study.optuna_study.best_trials}
    expected = sorted(
        (trial.values[1], 100 * trial.values[0], trial.number in optuna_front)
        for trial in study.optuna_study.trials
        if trial.state.name == "COMPLETE"
    )
    assert drawn_points == expected
    assert not points.timed


@pytest.mark.parametrize(
    "low, high, expected",
    [
        (9e5, 2.1e7, [1e6, 2e6, 5e6, 1e7, 2e7]),
        (1e6, 1e7, [1e6, 2e6, 5e6, 1e7]),
        (1.1e6, 1.9e6, [1.2e6, 1.4e6, 1.6e6, 1.8e6]),
        (1e3, 1e9, [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]),
    ],
)
def test_cost_ticks_are_round(low, high, expected):
    assert cost_ticks(low, high, most=7) == pytest.approx(expected)


@pytest.mark.parametrize("most", [2, 3, 5, 7])
@pytest.mark.parametrize("low, ratio", [(1.0, 1.01), (0.03, 1.7), (7e5, 5.9), (3e6, 6.1), (9.9e5, 25.0), (2e3, 1e7)])
def test_there_are_at_least_one_and_at_most_as_many_ticks_as_fit(low, ratio, most):
    ticks = cost_ticks(low, low * ratio, most=most)
    assert 0 < len(ticks) <= most
    assert all(low <= tick * (1 + 1e-5) and tick <= low * ratio * (1 + 1e-5) for tick in ticks)


@pytest.mark.parametrize(
    "low, high, expected", [(0, 10, [0, 2, 4, 6, 8, 10]), (98.7, 100, [98.8, 99, 99.2, 99.4, 99.6, 99.8, 100])]
)
def test_as_many_round_ticks_as_fit(low, high, expected):
    ticks = round_ticks(low, high, most=7)
    assert ticks == pytest.approx(expected)
    assert not any(math.isnan(tick) for tick in ticks)

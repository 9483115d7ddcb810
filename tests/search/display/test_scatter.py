"""The picture of characters: points at their places, round ticks, and any number of points at any size."""

import pytest

from search.display.scatter import FRONT, OTHER, Points, points_of, scatter
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
    timed = Points((0.1, 0.2), (50.0, 60.0), (True, True), objective="latency_ms")
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
        Points((0.012, 0.0125), (99.9, 100.0), (True, True), objective="latency_ms"),
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
    assert points.objective == "flops"


RATIOS = (1.0, 1.02, 1.5, 3, 10, 1000)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("width", [40, 78, 120])
@pytest.mark.parametrize("cheapest", [3.4e6, 21_792, 0.12])
def test_labels_of_ticks_stand_apart_and_no_tick_alone(ratio, width, cheapest):
    costs = (cheapest, cheapest * ratio)
    rows = lines(Points(costs, (50.0, 60.0), (True, True)), width=width)
    axis = next(row for row in rows if "┬" in row)
    labels = rows[rows.index(axis) + 1].split()
    assert len(labels) == len(set(labels)) == axis.count("┬") >= 2

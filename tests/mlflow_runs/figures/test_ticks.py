"""Ticks of an axis of costs: round, as many as fit, never one alone, and labels that do not touch."""

import io
import itertools
import math

import pytest

from mlflow_runs.figures.front_png import front_figure
from mlflow_runs.figures.overlay import overlay_figure
from mlflow_runs.figures.ticks import cost_range, cost_ticks, fitting_ticks, round_ticks, tick_label
from mlflow_runs.objectives import FLOPS, LATENCY
from mlflow_runs.stored.read_back import HypervolumePoint, MirroredStudy

RATIOS = (1.0, 1.005, 1.02, 1.1, 1.5, 2, 3, 5.9, 6.1, 10, 30, 100, 1000, 1e6)
CHEAPEST = (3.4e6, 21_792, 999_000, 0.12)


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


@pytest.mark.parametrize(
    ("cost", "expected"),
    [(3.5e6, "3.5 M"), (3e6, "3 M"), (3.405e6, "3.405 M"), (20_000, "20 k"), (2e9, "2 G"), (0.05, "0.05"), (7, "7")],
)
def test_a_label_has_all_digits_and_no_more(cost, expected):
    assert tick_label(cost) == expected


@pytest.mark.parametrize("characters", [15, 25, 60])
@pytest.mark.parametrize("ratio", RATIOS)
def test_there_are_several_whose_labels_differ(ratio, characters):
    for cheapest in CHEAPEST:
        low, high = cost_range([cheapest, cheapest * ratio])
        ticks = fitting_ticks(low, high, characters=characters)
        assert len({tick_label(tick) for tick in ticks}) == len(ticks) >= 2
        assert all(low * (1 - 1e-9) <= tick <= high * (1 + 1e-9) for tick in ticks)


def trials_over(trial, ratio, cheapest, count=4):
    costs = [cheapest * ratio ** (n / (count - 1)) for n in range(count)]
    return [trial(n, cost=cost, flops=cost, accuracy=0.5 + 0.1 * n) for n, cost in enumerate(costs)]


@pytest.mark.parametrize("cheapest", CHEAPEST)
@pytest.mark.parametrize("ratio", RATIOS)
def test_the_labels_of_a_front_do_not_touch(study, trial, ratio, cheapest):
    made = study(trials_over(trial, ratio, cheapest))
    figure = front_figure(made.trials, objective=LATENCY, front=made.front, title="")
    check_ticks(figure)


@pytest.mark.parametrize("ratio", RATIOS)
def test_the_labels_of_an_overlay_do_not_touch(trial, ratio):
    front = tuple(trials_over(trial, ratio, 3.4e6))
    points = (HypervolumePoint(1, 0.5),)
    studies = [MirroredStudy(name, name, "1", "run", {}, FLOPS, 3, front, points) for name in ("one", "two")]
    check_ticks(overlay_figure(studies, caption=""))


def check_ticks(figure):
    """Against the boxes of the texts as Matplotlib draws them."""
    figure.savefig(io.BytesIO(), format="png")
    axes = figure.axes[0]
    labels = [label for label in axes.get_xticklabels(which="both") if label.get_text()]
    boxes = sorted((label.get_window_extent() for label in labels), key=lambda box: box.x0)
    assert len(boxes) >= 2
    assert all(left.x1 + 4 < right.x0 for left, right in itertools.pairwise(boxes))
    assert boxes[0].x0 >= 0 and boxes[-1].x1 <= figure.bbox.x1

"""Accuracy over cost as a picture."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image

from search.comparison.scatter import scatter_png
from search.exporting.figures import COLORS


def row(name, multiply_adds, accuracy, deviation=None, uncounted=0):
    costs = {"multiply_adds": multiply_adds, "uncounted_layers": uncounted}
    return {"network": name, **costs, "test_accuracy": accuracy, "test_accuracy_std": deviation}


def drawn(rows):
    """Pixels of each network's colour: arrays of their rows and columns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = np.asarray(Image.open(io.BytesIO(scatter_png(rows))).convert("RGB")).astype(int)
    colors = [tuple(int(color[i : i + 2], 16) for i in (1, 3, 5)) for color in COLORS]
    return [np.nonzero((abs(picture - color) < 3).all(axis=2)) for color in colors[: len(rows)]]


def test_points_are_where_cost_and_accuracy_put_them():
    (y1, x1), (y2, x2), (y3, x3) = drawn([row("a", 1e6, 50.0), row("b", 2e6, 60.0), row("c", 4e6, 70.0)])
    assert x2.mean() - x1.mean() == pytest.approx(x3.mean() - x2.mean(), abs=2)  # Equal factors, equal steps.
    assert y1.mean() - y2.mean() == pytest.approx(y2.mean() - y3.mean(), abs=2)
    assert x1.mean() < x2.mean() and y1.mean() > y2.mean()


def test_a_bar_shows_the_spread_over_seeds():
    (alone, _), (spread, _) = drawn([row("a", 1e6, 50.0), row("b", 2e6, 50.0, 5.0)])
    assert np.ptp(spread) > 3 * np.ptp(alone)


@pytest.mark.parametrize("name", ["$x", r"$\frac$", "_a", "<b>", "日本", "long " * 40])
def test_any_name_is_drawn(name):
    drawn([row(name, 1e6, 50.0), row("b", 1e6, 50.0), row(name, 1.001e6, 50.1, 1.0)])


def test_a_network_that_could_not_be_counted_is_left_out():
    (none, _), (one, _), (lower_bound, _) = drawn(
        [row("a", 0, 50.0), row("b", 1e6, 60.0), row("c", 1e6, 50.0, uncounted=1)]
    )
    assert not none.size and one.size and not lower_bound.size
    drawn([row("a", 0, 50.0)])


def test_no_name_is_cut_at_the_edge():
    crowd = [row(f"MobileNet number {i}", 10 ** (5 + i / 6), 70.0 + i % 3, 1.0) for i in range(13)]
    picture = np.asarray(Image.open(io.BytesIO(scatter_png(crowd))).convert("L"))
    dark = (picture < 100).sum(axis=0)
    assert dark[-1] <= 3 and dark[0] == 0  # At the right edge ends the axis; at the left there is nothing.

"""Studies over each other: told apart without colours, and over costs that all of them have."""

import pytest

from mlflow_runs.figures.overlay import STYLES, overlay_html, overlay_png
from mlflow_runs.objectives import FLOPS, LATENCY
from mlflow_runs.stored.read_back import HypervolumePoint, MirroredStudy


@pytest.fixture
def mirrored(trial):
    """A study as it is read back, with a front of three networks, or without one."""

    def mirrored(name, objective, *, empty=False):
        front = [] if empty else [trial(n, cost=float(n + 1), accuracy=0.5 + 0.1 * n) for n in range(3)]
        points = tuple(HypervolumePoint(n, 0.1 * n) for n in range(1, 4))
        return MirroredStudy(name, name, "1", "run", {}, objective, 3, tuple(front), points)

    return mirrored


@pytest.mark.parametrize("attribute", ["color", "line", "dash", "marker", "symbol"])
def test_each_style_differs_from_all_others(attribute):
    assert len({getattr(style, attribute) for style in STYLES}) == len(STYLES) == 8


def title_of_costs(*studies):
    page = overlay_html(studies, title="", caption="")
    titles = [title for title in (FLOPS.axis_title, LATENCY.axis_title) if title in page]
    assert len(titles) == 1
    return titles[0]


def test_costs_are_latencies_only_if_all_studies_minimise_them(mirrored):
    timed, counted = mirrored("timed", LATENCY), mirrored("counted", FLOPS)
    assert title_of_costs(timed, mirrored("other", LATENCY)) == LATENCY.axis_title
    assert title_of_costs(timed, counted) == FLOPS.axis_title
    assert title_of_costs(timed, mirrored("empty", FLOPS, empty=True)) == LATENCY.axis_title
    assert title_of_costs(mirrored("empty", LATENCY, empty=True)) == FLOPS.axis_title


def test_a_setting_that_looks_like_a_formula_is_drawn_as_it_is(mirrored):
    """Such as the name of a folder of images."""
    picture = overlay_png([mirrored("one", FLOPS), mirrored("two", FLOPS)], caption=r"Here dataset a$\frac$ and b.")
    assert picture.startswith(b"\x89PNG")

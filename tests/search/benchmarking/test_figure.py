"""The figure: what its lines and bands are, and how they are told apart."""

import io
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from search.benchmarking import FULL_TRAININGS, SECONDS
from search.benchmarking.figure import BenchmarkFigure
from tests.search.benchmarking.curves import made_benchmark

SAMPLERS = ("known-cost", "tpe", "_$random$", "optuna.samplers:GPSampler")


@pytest.fixture(scope="module")
def benchmark():
    return made_benchmark(*SAMPLERS)


@pytest.fixture(scope="module")
def figure(benchmark):
    return BenchmarkFigure(benchmark).figure()


def test_a_line_is_the_mean_and_its_band_the_standard_error(benchmark, figure):
    [axes] = figure.axes
    budgets = benchmark.budgets(FULL_TRAININGS)
    for sampler, line, band in zip(SAMPLERS, axes.lines, axes.collections, strict=True):
        estimates = benchmark.means(sampler, budgets, unit=FULL_TRAININGS)
        means = 100 * np.array([each.mean for each in estimates])
        errors = 100 * np.array([each.standard_error for each in estimates])
        assert line.get_xdata().tolist() == budgets
        assert line.get_ydata() == pytest.approx(means)
        edges = {tuple(point) for point in band.get_paths()[0].vertices.round(6)}
        assert {(b, round(m + e, 6)) for b, m, e in zip(budgets, means, errors, strict=True)} <= edges


def test_lines_differ_without_their_colours_and_have_names(figure):
    [axes], [legend] = figure.axes, figure.legends
    assert len({line.get_linestyle() + str(line._dash_pattern) for line in axes.lines}) == len(SAMPLERS)
    assert [text.get_text() for text in legend.get_texts()] == list(SAMPLERS)
    FigureCanvasAgg(figure).draw()
    box = legend.get_window_extent()
    assert not box.overlaps(axes.get_window_extent()) and 0 <= box.x0 < box.x1 <= 690


def test_a_picture_as_wide_as_mlflows_page(benchmark):
    with Image.open(io.BytesIO(benchmark.figure.png())) as picture:
        assert picture.format == "PNG" and picture.width == 690
    assert benchmark.figure._repr_png_().startswith(b"\x89PNG")


def test_a_name_that_looks_like_a_formula_is_drawn_as_it_is(benchmark):
    figure = BenchmarkFigure(replace(benchmark, name=r"a$\frac$.csv"))
    assert figure.png().startswith(b"\x89PNG")
    assert figure.figure().get_suptitle().startswith(r"a$\frac$.csv: mean of")


@pytest.mark.parametrize("seeds", [1, 2])
def test_one_budget_and_no_training_at_all_are_drawn(seeds):
    assert made_benchmark("tpe", seeds=seeds, trainings=0, total=0).figure.png().startswith(b"\x89PNG")
    assert made_benchmark("tpe", seeds=seeds, trainings=1, total=0.5).figure.png().startswith(b"\x89PNG")


def test_one_budget_is_seen():
    with_marks, without = (
        Image.open(io.BytesIO(made_benchmark("tpe", seeds=2, trainings=count, total=0.5).figure.png())).crop(
            (80, 40, 670, 380)
        )
        for count in (1, 0)
    )
    blue = [
        np.count_nonzero(np.ptp(np.asarray(each.convert("RGB"), dtype=int), axis=2) > 60)
        for each in (with_marks, without)
    ]
    assert min(blue) > 20


def test_each_unit_but_epochs_has_a_panel(benchmark):
    units = (FULL_TRAININGS, "epochs", SECONDS)
    curves = [
        replace(
            curve,
            spent=dict.fromkeys(units, curve.spent[FULL_TRAININGS]),
            total=dict.fromkeys(units, curve.total[FULL_TRAININGS]),
        )
        for curve in benchmark.curves
    ]
    panels = BenchmarkFigure(replace(benchmark, curves=curves, units=units)).figure().axes
    assert [axes.get_xlabel() for axes in panels] == ["Budget (full trainings)", "Budget (seconds of training)"]

"""The page of a comparison: names are text in it, and a browser shows the networks side by side on one scale."""

from itertools import pairwise

import pytest

from search.comparison.alignment import align
from search.comparison.headline import cost_sentences
from search.comparison.networks import NamedNetwork
from search.comparison.page import comparison_page
from search.comparison.steps import steps_of
from spaces.reference import REFERENCES
from tests.mlflow_runs import browser
from tests.search.exporting.test_page import HOSTILE, Reader

PIXEL = 1.0  # Boxes are laid out in fractions of pixels.


def row(network, first, *, recipe="notebook"):
    cost, first_cost = network.architecture.cost(), first.architecture.cost()
    return {
        "network": network.name,
        "recipe": recipe,
        "parameters": cost.parameters,
        "fewer_parameters_factor": first_cost.parameters / cost.parameters,
        "multiply_adds": cost.multiply_adds,
        "uncounted_layers": 0,
        "fewer_multiply_adds_factor": first_cost.multiply_adds / cost.multiply_adds,
        "training_seconds": 1.0,
        "test_accuracy": 50.0,
        "test_accuracy_std": None,
        "difference_points": 0.0,
        "test_loss": 1.0,
        "int8_accuracy": None,
        "latency_ms": None,
    }


def networks_of(*names):
    return [NamedNetwork(name, REFERENCES[name]()) for name in names]


def page_of(networks, *, title="T", recipe="notebook", command="c", versions=None):
    return comparison_page(
        title,
        networks,
        [row(network, networks[0], recipe=recipe) for network in networks],
        headline=cost_sentences(networks),
        pictures={recipe: {HOSTILE: b""}},
        rules=[],
        importance=None,
        command=command,
        versions=versions or {},
    )


def test_hostile_names_are_text():
    networks = [NamedNetwork(HOSTILE, REFERENCES["StandardCNN"]()), NamedNetwork(HOSTILE, REFERENCES["SeparableCNN"]())]
    options = {"title": HOSTILE, "recipe": HOSTILE, "command": HOSTILE, "versions": {HOSTILE: HOSTILE}}
    read = Reader(page_of(networks, **options))
    assert "script" not in read.tags and "onerror" not in read.attributes
    assert sum(HOSTILE in word for word in read.words) >= 12


def test_multiply_adds_are_in_the_first_sentence_and_the_formula_beside_the_count():
    words = Reader(page_of(networks_of("StandardCNN", "SeparableCNN"))).words
    assert next(word for word in words if "times" in word).startswith("SeparableCNN has 6.8 times fewer multiply-adds")
    for inputs, outputs in ((3, 32), (32, 64), (64, 128)):
        ratio = (9 * inputs + inputs * outputs) / (9 * inputs * outputs)
        assert f"{ratio:.4f}" in words
        assert f"1/{outputs} + 1/9 = {ratio:.4f}" in words


def test_without_separable_convolutions_nothing_is_said_of_them():
    assert "What a separable convolution saves" not in page_of(networks_of("StandardCNN", "ResNet-8"))


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture(params=[(1440, "light"), (390, "dark")], ids=["wide", "narrow"])
def tab(chromium, request):
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context.new_page()
    context.close()


ROWS = """() => [...document.querySelectorAll('tr.layer')].map(row => [...row.children].map(cell => {
    const box = cell.getBoundingClientRect();
    const bars = ['multiply-adds', 'parameters'].map(what => {
        const track = cell.querySelector('.track.' + what);
        return track && [track.getBoundingClientRect().width, track.firstChild.getBoundingClientRect().width];
    });
    return { top: box.top, left: box.left, right: box.right, width: box.width, text: cell.innerText, bars };
}))"""


@pytest.mark.skipif(bool(browser.missing()), reason=browser.missing())
@pytest.mark.parametrize(
    "names",
    [("StandardCNN", "SeparableCNN"), ("StandardCNN", "MobileNetV3", "HybridCNN-XS", "SeparableCNN")],
    ids=["two", "four"],
)
def test_a_browser_shows_each_row_in_one_line_on_one_scale(tab, tmp_path, names):
    networks = networks_of(*names)
    (tmp_path / "report.html").write_text(page_of(networks))
    tab.goto((tmp_path / "report.html").as_uri())
    shown = tab.evaluate(ROWS)
    aligned = align([steps_of(network.architecture.cost()) for network in networks])
    for cells, aligned_row in zip(shown, aligned, strict=False):  # After these comes that of BatchNorm.
        assert len({round(cell["top"], 1) for cell in cells}) == 1
        assert len({round(cell["width"], 1) for cell in cells}) == 1
        assert all(one["right"] <= other["left"] + PIXEL for one, other in pairwise(cells))
        for cell, step in zip(cells, aligned_row.steps, strict=True):
            assert bool(cell["text"].strip()) == (step is not None)
            if step:
                assert f"{step.multiply_adds:,} multiply-adds" in cell["text"]
                assert f"{step.parameters:,} parameters" in cell["text"]
    for what in (0, 1):
        counts = [(step.multiply_adds, step.parameters)[what] for row in aligned for step in row.steps if step]
        bars = [cell["bars"][what] for row in shown[: len(aligned)] for cell in row if cell["bars"][what]]
        for count, (track, bar) in zip(counts, bars, strict=True):
            assert bar == pytest.approx(track * count / max(counts), abs=PIXEL)
    # The page itself is no wider than the window; what is wider scrolls in a box of its own.
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.skipif(bool(browser.missing()), reason=browser.missing())
def test_the_drawings_fit_the_page_and_can_be_read(tab, tmp_path):
    (tmp_path / "report.html").write_text(page_of(networks_of("StandardCNN", "SeparableCNN")))
    tab.goto((tmp_path / "report.html").as_uri())
    drawings = tab.evaluate(
        """() => [...document.querySelectorAll('.drawings svg')].map(svg => {
            const box = svg.getBoundingClientRect();
            const texts = [...svg.querySelectorAll('text')].map(text => text.getBoundingClientRect());
            const letters = Math.min(...texts.map(text => text.height));
            const ends = Math.max(...texts.map(text => text.right));
            return { left: box.left, right: box.right, letters, ends };
        })"""
    )
    assert len(drawings) == 2
    for drawing in drawings:
        assert drawing["left"] >= 0 and drawing["right"] <= tab.viewport_size["width"]
        assert drawing["ends"] <= drawing["right"] + PIXEL
        assert drawing["letters"] >= 11  # pixels

"""The figures: real PNGs and pages that need no network, whatever the study is called."""

import io
import re

import pytest

from mlflow_runs.figures import front_html, front_png
from mlflow_runs.objectives import FLOPS, LATENCY

HOSTILE = ["<script>alert(1)</script>", "$\\frac{1}{0}$ 100 % $", "fox 🦊 中文\n two", "x" * 5000, "", "'\"`"]


def size(png):
    from PIL import Image

    image = Image.open(io.BytesIO(png))
    image.verify()
    return image.size


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.filterwarnings("error")
def test_png_with_any_title(study, trial, title):
    made = study([trial(n) for n in range(8)])
    assert size(front_png(made.trials, front=made.front, knee=made.knee, title=title)) == (690, 460)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_trials(study, trial, count):
    made = study([trial(n) for n in range(count)] + [trial(9, state="PRUNED"), trial(10, state="RUNNING")])
    assert size(front_png(made.trials, front=made.front, title="few")) == (690, 460)
    assert "Validation accuracy" in front_html(made.trials, front=made.front, title="few")


@pytest.mark.parametrize("objective", [FLOPS, LATENCY])
def test_the_axis_has_the_objectives_unit(study, trial, objective):
    made = study([trial(0, cost=2.5)], objective=objective)
    page = front_html(made.trials, objective=objective, front=made.front, title="one")
    assert objective.axis_title in page and '"x":[2.5]' in page
    assert size(front_png(made.trials, objective=objective, front=made.front, title="one")) == (690, 460)


@pytest.fixture(scope="module")
def page(study, trial):
    trials = [trial(n, words=f"words{n} <img src=x onerror=alert(1)> </script><b>") for n in range(6)]
    made = study(trials, name=HOSTILE[0])
    return made, front_html(made.trials, front=made.front, knee=made.knee, title=f"Pareto front of {made.name}")


def test_the_page_is_whole_without_a_network(page):
    _, text = page
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=", own_markup(text))
    assert len(text) > 3_000_000


def test_the_page_escapes_what_people_wrote(page):
    _, text = page
    markup = own_markup(text)
    assert "<h1>Pareto front of &lt;script&gt;alert(1)&lt;/script&gt;</h1>" in markup
    assert "<script>alert" not in text and "<img src=x" not in text and "</script><b>" not in text


def test_hovering_tells_the_trial(page):
    made, text = page
    for trial in made.trials:
        assert f"Trial {trial.number}: {100 * trial.accuracy:.2f} %" in text
        assert f"words{trial.number}" in text


def own_markup(text):
    """The page without what is inside its scripts."""
    return re.sub(r"(<script[^>]*>).*?</script>", r"\1</script>", text, flags=re.DOTALL)

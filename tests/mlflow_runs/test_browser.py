"""What a person sees: a real browser, a real MLflow server, a store that the real mirror wrote.

With the environment variable SCREENSHOTS set to a folder, pictures of the pages are left there.
"""

import dataclasses
import itertools
import math
import os
import random
from pathlib import Path

import pytest

from mlflow_runs import names
from mlflow_runs.figures import front_html
from mlflow_runs.mirror import Mirror
from mlflow_runs.runs.child import run_name
from tests.mlflow_runs import browser

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(browser.missing()), reason=browser.missing())]

HOSTILE = "<script>window.hacked = 1</script></script><img src=x onerror='window.hacked = 1'>"
EXPORT = f'python -m search.export --study "{HOSTILE}" --trial'
KNOWN = "StandardCNN"
SECONDS_TO_OPEN = 3  # of the processor


@pytest.fixture(scope="module")
def made(study, trial):
    """A study as a search leaves it: most trials ended early, some failed, the front in between.

    The width decides the cost, the head the accuracy.
    """
    rng = random.Random(3)
    trials = []
    for number in range(110):
        state = rng.choice(["COMPLETE", "COMPLETE", "PRUNED", "PRUNED", "FAIL"])
        head, width = rng.choice(["flatten", "average"]), rng.choice([16, 32, 64])
        flops = int(2_000 * width**2 * rng.uniform(0.6, 1.6))
        accuracy = 0.3 + 0.05 * math.log2(width) + 0.2 * (head == "average") + rng.gauss(0, 0.03)
        result = {"accuracy": accuracy} if state == "COMPLETE" else {}
        params = {"params": {"head": head, "width": width, "stages": 3}, "flops": flops, "macs": flops // 2}
        words = f"{HOSTILE} {number}"
        trials.append(trial(number, rng=rng, state=state, words=words, **result, **params))
    made = study(trials, name=HOSTILE, state="FINISHED", export=EXPORT)
    trials[made.front[0]] = dataclasses.replace(trials[made.front[0]], known=KNOWN)
    return dataclasses.replace(made, trials=trials)


@pytest.fixture(scope="module")
def uri(tmp_path_factory, made):
    location = f"sqlite:///{tmp_path_factory.mktemp('seen')}/mlflow.db"
    Mirror(tracking_uri=location, experiment="search").update(made)
    return location


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def at(uri, made, tmp_path_factory):
    """The addresses of the study's pages."""
    with browser.server(uri) as server:
        yield browser.pages(server, tracking_uri=uri, experiment="search", study=made.name)


def test_the_charts_view(made, at, chromium):
    tab = browser.window(chromium, height=1800)
    scatter, curve, hypervolumes = browser.open_charts(tab, at.charts, count=browser.CHARTS)
    check_points(made, scatter)
    check_curve(made, curve)
    assert hypervolumes["titles"][0] == "trials finished by then"
    steps = [point for point in hypervolumes["traces"][0]["points"]]
    assert steps == [[n, pytest.approx(p.hypervolume)] for n, p in enumerate(made.progress, start=1)]
    axes = browser.parallel_axes(tab)
    assert sorted(axes) == ["accuracy", "head", "log10_flops", "width"]
    assert not tab.evaluate("window.hacked")


def check_points(made, scatter):
    """One point a finished trial; the front's in the strong colour, and no other."""
    assert scatter["titles"] == ["log10_flops", "accuracy"]
    (trace,) = (trace for trace in scatter["traces"] if trace["points"])
    drawn = {place(*point): color.upper() for point, color in zip(trace["points"], trace["colors"], strict=True)}
    finished = {place(math.log10(t.flops), t.accuracy): t.number for t in made.trials if t.state == "COMPLETE"}
    assert len(trace["points"]) == len(finished)
    assert {finished[point]: color for point, color in drawn.items()} == {
        number: names.FRONT_COLOR if number in made.front else names.OTHER_COLOR for number in finished.values()
    }


def check_curve(made, curve):
    """A staircase through the front's points, never down."""
    assert curve["titles"][0] == "front/log10 FLOPs"
    corners = [place(*point) for point in curve["traces"][0]["points"]]
    assert corners == sorted(corners)
    front = [made.trials[number] for number in made.front]
    assert {place(math.log10(t.flops), t.accuracy) for t in front} <= set(corners)
    assert len(corners) == 2 * len(front)


def place(x, y):
    return round(x, 6), round(y, 6)


def test_the_table_is_the_front(made, at, chromium):
    rows = browser.table(browser.window(chromium, height=1400), at.table, count=len(made.front))
    front = [made.trials[number] for number in reversed(made.front)]
    assert [row["attributes.`Run Name`"] for row in rows] == [run_name(trial) for trial in front]
    assert rows[-1]["attributes.`Run Name`"].endswith(f" {KNOWN}")
    for row, trial in zip(rows, front, strict=True):
        assert float(row["metrics.`accuracy`"]) == pytest.approx(trial.accuracy, abs=1e-3)
        assert int(row["metrics.`flops`"]) == trial.flops
        assert int(row["metrics.`params`"]) == trial.params_count
        assert row["tags.`architecture.words`"] == trial.words


def test_no_trial_with_a_result_lacks_an_accuracy_in_the_list_of_all(made, at, chromium):
    """The list is one click beside the charts. Of its rows only those in the window are drawn."""
    tab = browser.window(chromium, height=1400)
    tab.goto(at.charts.replace("&compareRunsMode=CHART", ""))
    tab.locator(".ag-row").first.wait_for()
    rows = {row.get("attributes.`Run Name`", ""): row for row in browser.rows(tab)}
    trials = {run_name(trial): trial for trial in made.trials if trial.rungs and run_name(trial) in rows}
    assert len(trials) > 10
    for name, trial in trials.items():
        assert float(rows[name]["metrics.`rung/accuracy`"]) == pytest.approx(trial.rungs[trial.rung], abs=1e-3)
        assert int(rows[name]["metrics.`rung/epochs`"]) == trial.rung


def test_a_stopped_trial_is_finished_and_begins_with_its_accuracy(made, at, chromium):
    tab = browser.window(chromium)
    stopped = next(trial for trial in made.trials if trial.is_stopped)
    tab.goto(at.run)
    tab.get_by_role("link", name=run_name(made.trials[-1])).wait_for()
    for _ in range(2 + len(made.trials) // 10):
        if tab.get_by_role("link", name=run_name(stopped)).count():
            break
        tab.get_by_text("Load more").click()
        tab.wait_for_timeout(300)
    tab.get_by_role("link", name=run_name(stopped)).click()
    tab.get_by_text("Finished", exact=True).wait_for()
    tab.get_by_text("the rung at which it was stopped").first.wait_for()


def test_the_descriptions(made, at, chromium):
    tab = browser.window(chromium, height=1900)
    browser.unfold(tab, at.run)
    picture = tab.locator("img[src*='front.png'], img[alt^='The front']").first
    picture.wait_for()
    tab.wait_for_function("image => image.complete", arg=picture.element_handle())
    assert picture.evaluate("image => image.naturalWidth") == 690
    tables = tab.locator("table").filter(has_text="Architecture").locator("tbody tr")
    assert tables.count() == len(made.front)
    browser.unfold(tab, at.child)
    epochs, layers = (tab.locator("table").filter(has_text=title) for title in ("The front's", "Multiply-adds"))
    best = made.trials[made.front[-1]]
    assert epochs.locator("tbody tr").count() == len(best.epochs)
    assert layers.locator("tbody tr").count() == len(best.layers)
    tab.get_by_text(best.words, exact=True).first.wait_for()  # as it was written
    assert not tab.evaluate("window.hacked")


def test_a_click_copies_the_command_inside_mlflow(made, at, chromium):
    tab = browser.window(chromium)
    tab.goto(at.artifact)
    frame = tab.locator("iframe").element_handle().content_frame()
    frame.locator(".js-plotly-plot .scatterlayer").wait_for()
    check_click(frame, tab, made.front[0])


def test_the_page_opens_with_the_network_cut(made, at, chromium):
    tab = browser.window(chromium, height=800)
    tab.context.set_offline(True)
    (chart,) = browser.open_charts(tab, at.front, count=1)
    stopped, others, front, _ = chart["traces"]
    assert len(stopped["points"]) == sum(trial.is_stopped for trial in made.trials)
    assert len(front["points"]) == len(made.front)
    assert len(others["points"]) + len(front["points"]) == sum(t.state == "COMPLETE" for t in made.trials)
    assert tab.locator("#line").inner_text().strip() == "Click a point to copy the command that exports its network."
    for number in (made.knee, made.front[-1]):
        check_click(tab, tab, number)
    assert not tab.evaluate("window.hacked")


def check_click(frame, tab, number):
    """A click shows the command and says that it was copied; what is then pasted is the command."""
    browser.click_point(frame, number)
    # First the command: the word may still be that of an earlier click.
    frame.locator("#command", has_text=f"--trial {number}").wait_for()
    frame.locator("#copied", has_text="Copied").wait_for()
    assert frame.locator("#command").inner_text() == f"{EXPORT} {number}"
    frame.evaluate("document.body.append(Object.assign(document.createElement('textarea'), {id: 'paste'}))")
    frame.locator("#paste").focus()
    tab.keyboard.press("Control+V")
    assert frame.locator("#paste").input_value() == f"{EXPORT} {number}"
    frame.evaluate("document.getElementById('paste').remove()")


def test_without_a_clipboard_the_command_stays_selected(made, at, chromium):
    tab = browser.window(chromium, height=800)
    tab.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false"
    )
    browser.open_charts(tab, at.front, count=1)
    browser.click_point(tab, made.front[0])
    tab.locator("#copied", has_text="press Ctrl+C").wait_for()
    assert tab.evaluate("getSelection().toString()") == f"{EXPORT} {made.front[0]}"


def test_a_study_of_500_trials_opens_at_once(study, trial, chromium, tmp_path):
    big = study([trial(number) for number in range(500)], export=EXPORT)
    page = tmp_path / "front.html"
    page.write_text(front_html(big.trials, front=big.front, knee=big.knee, title="500", export=big.export))
    tab = browser.window(chromium, height=800)
    taken = browser.processor_time(tab)
    (chart,) = browser.open_charts(tab, page.as_uri(), count=1)
    assert sum(len(trace["points"]) for trace in chart["traces"][:2]) == 500
    assert 0.1 < taken() < SECONDS_TO_OPEN


@pytest.mark.parametrize("ratio", [1.0, 1.02, 1.5, 3, 10, 160, 1000])
def test_labels_of_ticks_stand_apart_in_wide_and_narrow_windows(study, trial, chromium, tmp_path, ratio):
    costs = [int(3.4e6 * ratio ** (n / 3)) for n in range(4)]
    made = study([trial(n, flops=cost, accuracy=0.5 + 0.1 * n) for n, cost in enumerate(costs)])
    page = tmp_path / "front.html"
    page.write_text(front_html(made.trials, front=made.front, title="ticks"))
    tab = browser.window(chromium, height=700)
    for width in (1440, 500):
        tab.set_viewport_size({"width": width, "height": 700})
        browser.open_charts(tab, page.as_uri(), count=1)
        boxes = sorted(
            tab.locator(".xtick text").evaluate_all(
                "all => all.map(text => text.getBoundingClientRect()).map(box => [box.left, box.right])"
            )
        )
        assert len(boxes) >= 2
        assert all(left[1] < right[0] for left, right in itertools.pairwise(boxes))


@pytest.mark.skipif("SCREENSHOTS" not in os.environ, reason="set SCREENSHOTS=FOLDER for pictures of the pages")
def test_pictures(at, chromium):
    for path in browser.take_pictures(chromium, at, Path(os.environ["SCREENSHOTS"])):
        assert path.stat().st_size > 10_000

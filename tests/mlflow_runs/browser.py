"""A real browser on a real MLflow server: what the tests ask of MLflow's page, and the pictures taken of it."""

import contextlib
import importlib.metadata
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mlflow_runs import names
from mlflow_runs.page.address import address
from mlflow_runs.page.local_page import LocalPage
from mlflow_runs.stored import store
from mlflow_runs.stored.study_runs import newest_parent

WIDTH, HEIGHT = 1440, 900  # pixels
CHARTS = 3  # of Plotly's in the charts view: points, curve, hypervolume
_SECONDS_TO_WAIT = 40  # seconds for a server or a page on a machine that is busy with something else
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]  # Chromium refuses root its sandbox


def missing() -> str:
    """Why no browser can be driven here; empty if one can."""
    if shutil.which("chromium") is None:
        return "needs the browser Chromium on the PATH (Debian: chromium)"
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "needs the package playwright (pip install '.[test]')"
    return ""


@contextlib.contextmanager
def server(tracking_uri: str) -> Iterator[str]:
    """MLflow's page, as `python -m search.ui` starts it, on a free port; yields its address."""
    port = _free_port()
    with LocalPage(store.absolute(tracking_uri), port=port) as page:
        page.wait_until_it_answers(lambda: False)
        yield f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def chromium() -> Iterator:
    """A headless browser; its contexts are small windows in light colours."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def window(browser, *, height: int = HEIGHT):
    """A tab of its own, with nothing remembered from others: MLflow shows it what it shows on a first visit.

    Then a panel about its assistant is open, which narrows the page.

    Args:
        browser: What `chromium` yields.
        height: In pixels.
    """
    context = browser.new_context(viewport={"width": WIDTH, "height": height}, color_scheme="light")
    tab = context.new_page()
    tab.set_default_timeout(1000 * _SECONDS_TO_WAIT)
    return tab


def processor_time(tab) -> Callable[[], float]:
    """From now on, the seconds of processor that a tab's pages take to load and draw: whatever else a machine does."""
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds() -> float:
        metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        return metrics["TaskDuration"]

    return seconds


@dataclass(frozen=True)
class Pages:
    """The addresses of one study on a server.

    Attributes:
        charts, table, run: What the mirror tells a person.
        child: The run of the most accurate trial.
        artifact: The figure to click in, as MLflow shows it.
        front: The same figure as a file; the store's artifacts are on this machine.
    """

    charts: str
    table: str
    run: str
    child: str
    artifact: str
    front: str


def pages(server: str, *, tracking_uri: str, experiment: str, study: str) -> Pages:
    """Where a running server shows a study.

    Args:
        server: Its address, as `server` yields it.
        tracking_uri: The store that it serves.
        experiment: The experiment's name.
        study: The study's name.
    """
    client = store.client(tracking_uri)
    where = client.get_experiment_by_name(experiment).experiment_id
    parent = newest_parent(client, study, experiment=where)
    local = address(tracking_uri, experiment_id=where, study=study, parent=parent, page=server)
    charts, table, run = local.charts, local.table, local.run
    member = f"tags.`{names.PARENT_RUN_ID}` = '{parent}' and tags.`{names.PARETO_FRONT}` = '{names.ON_FRONT}'"
    (best,) = client.search_runs([where], member, order_by=[f"metrics.`{names.ACCURACY}` DESC"], max_results=1)
    return Pages(
        charts=charts,
        table=table,
        run=run,
        child=run.replace(parent, best.info.run_id),
        artifact=run.replace(parent, f"{parent}/artifacts/{names.FRONT_HTML}"),
        front=f"{client.get_run(parent).info.artifact_uri}/{names.FRONT_HTML}",
    )


def open_charts(tab, url: str, *, count: int) -> list[dict]:
    """Open a page and wait until it has drawn `count` charts; what `plots` says of them.

    Raises:
        AssertionError: If it does not.
    """
    tab.goto(url)
    end = time.monotonic() + _SECONDS_TO_WAIT
    while len(charts := plots(tab)) < count and time.monotonic() < end:
        tab.wait_for_timeout(100)
    assert len(charts) == count, f"{url} shows {len(charts)} charts, not {count}. {_form_dropped()}"
    return charts


def _form_dropped() -> str:
    version = importlib.metadata.version("mlflow")
    return (
        f"If it is one of MLflow's saved views: MLflow {version} may no longer understand the form in which "
        "mlflow_runs/page/saved_view.py saves it"
    )


def plots(tab) -> list[dict]:
    """The Plotly charts of a page, from top to bottom: titles of the axes, and of each trace what is drawn.

    A chart without points is not drawn yet.
    """
    every_plot = tab.evaluate(
        """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => ({
            titles: ['xaxis', 'yaxis'].map(axis => plot.layout?.[axis]?.title?.text ?? plot.layout?.[axis]?.title),
            traces: (plot.data ?? []).map(trace => ({
                type: trace.type,
                points: [...(trace.x ?? [])].map((x, i) => [x, trace.y[i]]),
                colors: trace.marker?.color ?? [],
            })),
        }))"""
    )
    return [plot for plot in every_plot if any(trace["points"] for trace in plot["traces"])]


def parallel_axes(tab) -> list[str]:
    """The names of the axes of the parallel coordinates, from left to right, once they are drawn."""
    tab.locator(".parcoords .dimension").first.wait_for()
    return tab.locator(".parcoords .dimension").evaluate_all(
        """all => all.map(axis => [axis.getBoundingClientRect().left, axis.querySelector('.label').textContent])
                      .sort((a, b) => a[0] - b[0]).map(pair => pair[1])"""
    )


def table(tab, url: str, *, count: int) -> list[dict[str, str]]:
    """Open MLflow's table of runs and wait for `count` rows, from top to bottom: text by column.

    Raises:
        AssertionError: If there are fewer or more.
    """
    tab.goto(url)
    end = time.monotonic() + _SECONDS_TO_WAIT
    while len(listed := rows(tab)) != count and time.monotonic() < end:
        tab.wait_for_timeout(100)
    assert len(listed) == count, f"{url} lists {len(listed)} runs, not {count}. {_form_dropped()}"
    return listed


def rows(tab) -> list[dict[str, str]]:
    """The rows of MLflow's table that are drawn, from top to bottom: text by column.

    The grid keeps the pinned columns and the others apart; a row's place ties both together. Hidden text is left.
    """
    cells = tab.evaluate(
        """() => [...document.querySelectorAll('.ag-row [col-id]')].map(cell => {
            const box = cell.getBoundingClientRect();
            return [Number(cell.closest('.ag-row').getAttribute('row-index')), cell.getAttribute('col-id'),
                    box.left < innerWidth && box.width > 0 ? cell.innerText.trim().split('\\n').pop() : ''];
        })"""
    )
    by_place: dict[int, dict[str, str]] = {}
    for place, column, text in cells:
        by_place.setdefault(place, {})[column] = text
    return [by_place[place] for place in sorted(by_place)]


def unfold(tab, url: str) -> None:
    """Open a run's page with the whole of its description in sight."""
    tab.goto(url)
    tab.get_by_text("Show more").first.click()
    tab.get_by_text("Show less").wait_for()


def click_point(tab, trial: int) -> None:
    """Click where Plotly has drawn a trial's point in the page's only chart; `tab` may be a frame."""
    place = tab.evaluate(
        """trial => {
            const chart = document.querySelector('.js-plotly-plot');
            const trace = chart.data.find(({ customdata }) => customdata?.includes(trial));
            const i = trace.customdata.indexOf(trial);
            const { xaxis, yaxis } = chart._fullLayout;
            return { x: xaxis._offset + xaxis.d2p(trace.x[i]), y: yaxis._offset + yaxis.d2p(trace.y[i]) };
        }""",
        trial,
    )
    tab.locator(".js-plotly-plot").hover(position=place)
    tab.locator(".js-plotly-plot").click(position=place, force=True)


def take_pictures(browser, at: Pages, folder: Path) -> list[Path]:
    """Write a PNG of each page as a person sees it on the first visit; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []

    def take(name: str, tab) -> None:
        taken.append(folder / f"{name}.png")
        tab.screenshot(path=taken[-1])
        tab.context.close()

    tab = window(browser, height=1720)
    open_charts(tab, at.charts, count=CHARTS)
    tab.wait_for_timeout(2000)  # parallel coordinates, if the trials tell which choices matter; Plotly's last touches
    take("charts", tab)
    tab = window(browser)
    tab.goto(at.table)
    tab.locator(".ag-row").first.wait_for()
    tab.wait_for_timeout(1000)
    take("table", tab)
    for name, url, height in (("parent", at.run, 2200), ("child", at.child, 1500)):
        tab = window(browser, height=height)
        unfold(tab, url)
        tab.wait_for_timeout(1000)
        take(name, tab)
    tab = window(browser, height=800)
    open_charts(tab, at.front, count=1)
    take("front", tab)
    return taken

"""A real browser on a real MLflow server: what the tests ask of MLflow's page, and the pictures taken of it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from mlflow_runs.address import page, ui_command

WIDTH, HEIGHT = 1300, 1000  # pixels
_PATIENCE = 60  # seconds for a server or a page on a machine that is busy with something else
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
def server(tracking_uri: str, *, log: Path) -> Iterator[str]:
    """MLflow's page, started by the very command that a person is told, on a free port; yields its address."""
    port = _free_port()
    command = f"exec env {ui_command(tracking_uri)} --port {port}"
    with log.open("wb") as out:
        process = subprocess.Popen(command, shell=True, stdout=out, stderr=out, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(address, process, log=log)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the server and its worker: a group of their own
        process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_until_it_answers(address: str, process: subprocess.Popen, *, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"MLflow's page did not start: {log.read_text(errors='replace')[-2000:]}")


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
    """A tab of its own, with nothing remembered from others."""
    tab = browser.new_context(viewport={"width": WIDTH, "height": height}, color_scheme="light").new_page()
    tab.set_default_timeout(1000 * _PATIENCE)
    return tab


def at(server: str, address: str, *, tracking_uri: str) -> str:
    """`address`, which the mirror gives for the port that everybody has, on this server's port."""
    return address.replace(page(tracking_uri), server, 1)


def plots(tab) -> list[dict]:
    """The Plotly charts of a page, from top to bottom: type, coordinates and colours of each trace."""
    return tab.evaluate(
        """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => ({
            xTitle: plot.layout.xaxis?.title?.text ?? plot.layout.xaxis?.title,
            yTitle: plot.layout.yaxis?.title?.text ?? plot.layout.yaxis?.title,
            traces: plot.data.map(t => ({
                type: t.type, mode: t.mode, x: [...(t.x ?? [])], y: [...(t.y ?? [])],
                color: t.marker?.color, name: t.name, axes: (t.dimensions ?? []).map(d => d.label),
            })),
        }))"""
    )

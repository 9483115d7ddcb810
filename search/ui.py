"""`python -m search.ui`: start MLflow's page and open a study in it."""

import os
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread

from mlflow_runs.page.address import DEFAULT_PORT, address, page_address
from mlflow_runs.page.local_page import LocalPage, is_free
from mlflow_runs.stored import read_back, store
from search.cli.argument_types import name, whole
from search.cli.exit_handling import run_command
from search.cli.messages import console, say
from search.cli.parser import Parser, add_mlflow_options
from search.cli.stopping import StopRequest
from search.errors import UsageError

_PORTS_TRIED = 100
_SECONDS_TO_OPEN = 2.0


def parser() -> Parser:
    """The command's flags."""
    result = Parser(
        prog="search.ui",
        description="Start MLflow's page on this machine and open a study in it; with a server, open it there.",
    )
    result.add_argument("--study", type=name, help="the study to open; by default the one last active")
    result.add_argument(
        "--port",
        type=whole(1, 65_535),
        help=f"where the page answers; by default {DEFAULT_PORT}, or the next one that is free",
    )
    result.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    add_mlflow_options(result)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _ui(parser().parse_args(arguments)))


def _ui(options) -> int:
    uri = store.absolute(options.tracking_uri)
    if store.is_server(uri):
        _show(_target(uri, options, page=page_address(uri)), browser=not options.no_browser)
        return 0
    store.require(uri)
    port = _free_port(options.port)
    say(console(), "Starting MLflow's page, which takes a few seconds.")
    # Before the page starts: only one process at a time may bring an older store's tables up to date.
    target = _target(uri, options, page=page_address(uri, port=port))
    return _serve(uri, target, port=port, browser=not options.no_browser)


def _serve(uri: str, target: "_Target", *, port: int, browser: bool) -> int:
    """Runs the page until a signal ends it."""
    with StopRequest() as request, LocalPage(uri, port=port) as page:
        if page.wait_until_it_answers(lambda: bool(request)):
            _show(target, browser=browser)
            say(console(), "Ctrl-C ends the page.")
            page.wait_until_it_ends(lambda: bool(request))
    return request.exit_status


@dataclass(frozen=True)
class _Target:
    """What is opened in the page.

    Attributes:
        title: What it is, before a colon.
        address: Where it is.
    """

    title: str
    address: str


def _target(uri: str, options, *, page: str) -> _Target:
    with store.one_kind_of_error(uri, failed="could not be read"), store.short_timeouts():
        client = store.client(uri)
        if options.study is None:
            experiment = read_back.experiment_id(client, options.experiment)
            parent = experiment and read_back.last_active(client, experiment=experiment)
        else:
            experiment = read_back.known_experiment_id(client, options.experiment)
            parent = read_back.parent_run(client, options.study, experiment=experiment)
    if not parent:
        title = f"There is no study in experiment {options.experiment!r} yet. All experiments"
        return _Target(title, f"{page}/#/experiments")
    study = options.study or read_back.name_of(parent)
    view = address(uri, experiment_id=experiment, study=study, parent=parent.info.run_id, page=page)
    return _Target(f"Study {study!r}", view.charts)


def _show(target: _Target, *, browser: bool) -> None:
    say(console(), f"{target.title}:\n  {target.address}")
    if browser and _has_browser():
        opening = Thread(target=webbrowser.open, args=(target.address,), daemon=True)
        opening.start()
        opening.join(_SECONDS_TO_OPEN)  # some browsers answer only when they are closed


def _has_browser() -> bool:
    """Whether a browser with a window can be opened. Without one Python would start a text browser in the terminal."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _free_port(wanted: int | None) -> int:
    """The port asked for, or else the first free one.

    Raises:
        UsageError: If the port asked for is taken.
    """
    if wanted is None:
        ports = range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED)
        return next((port for port in ports if is_free(port)), DEFAULT_PORT)
    if not is_free(wanted):
        raise UsageError(
            f"port {wanted} is taken, or you may not use it. Name another with --port, or none for a free one"
        )
    return wanted


if __name__ == "__main__":
    sys.exit(main())

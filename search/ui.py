"""`python -m search.ui`: MLflow's page, started light, open at a study."""

import os
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread

from mlflow_runs.page.address import DEFAULT_PORT, address, page
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
        _show(_place(uri, options, at=page(uri)), browser=not options.no_browser)
        return 0
    store.require(uri)
    port = _free_port(options.port)
    say(console(), "Starting MLflow's page, which takes a few seconds.")
    # Before the page starts: only one process at a time may bring an older store's tables up to date.
    place = _place(uri, options, at=page(uri, port=port))
    return _serve(uri, place, port=port, browser=not options.no_browser)


def _serve(uri: str, place: "_Place", *, port: int, browser: bool) -> int:
    """Runs the page until a signal ends it."""
    with StopRequest() as stop, LocalPage(uri, port=port) as running:
        if running.wait_until_it_answers(stop):
            _show(place, browser=browser)
            say(console(), "Ctrl-C ends the page.")
            running.wait_until_it_ends(stop)
    return stop.exit_status


@dataclass(frozen=True)
class _Place:
    """What the page is opened at.

    Attributes:
        words: What it is, before a colon.
        address: Where it is.
    """

    words: str
    address: str


def _place(uri: str, options, *, at: str) -> _Place:
    with store.one_kind_of_error(uri, failed="could not be read"), store.patience():
        client = store.client(uri)
        if options.study is None:
            experiment = read_back.experiment_id(client, options.experiment)
            parent = experiment and read_back.last_active(client, experiment=experiment)
        else:
            experiment = read_back.known_experiment_id(client, options.experiment)
            parent = read_back.parent_run(client, options.study, experiment=experiment)
    if not parent:
        words = f"There is no study in experiment {options.experiment!r} yet. All experiments"
        return _Place(words, f"{at}/#/experiments")
    study = options.study or read_back.name_of(parent)
    told = {"experiment": options.experiment, "experiment_id": experiment, "parent": parent.info.run_id}
    return _Place(f"Study {study!r}", address(uri, study=study, at=at, **told).charts)


def _show(place: _Place, *, browser: bool) -> None:
    say(console(), f"{place.words}:\n  {place.address}")
    if browser and _has_browser():
        opening = Thread(target=webbrowser.open, args=(place.address,), daemon=True)
        opening.start()
        opening.join(_SECONDS_TO_OPEN)  # some browsers answer only when they are closed


def _has_browser() -> bool:
    """Whether a browser of its own window can be opened: without one Python would start a text browser right here."""
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
        raise UsageError(f"port {wanted} is taken, or not for you to use. Name another: --port; or none, for a free one")
    return wanted


if __name__ == "__main__":
    sys.exit(main())

"""`python -m search.overlay A B`: lay studies over each other, as a figure and as a run in MLflow."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlflow_runs import overlay
from mlflow_runs.figures.overlay import STYLES, overlay_html, overlay_png
from mlflow_runs.page.address import page_address, run_address
from mlflow_runs.stored import read_back, store
from mlflow_runs.stored.read_back import MirroredStudy
from search.cli import output_file
from search.cli.argument_types import name
from search.cli.exit_handling import run_command
from search.cli.messages import console, page_to_open, say
from search.cli.parser import Parser, add_mlflow_options
from search.cli.shell_command import ui_command
from search.errors import UsageError

_MOST = len(STYLES)


def parser() -> Parser:
    """The command's flags."""
    result = Parser(
        prog="search.overlay",
        description="Draw the fronts and hypervolumes of studies over each other, and keep the figure in MLflow.",
    )
    result.add_argument("studies", nargs="+", type=name, metavar="STUDY", help=f"two to {_MOST} studies' names")
    result.add_argument(
        "--output", type=_picture_file, metavar="FILE", help="write the figure to FILE.png or FILE.html as well"
    )
    add_mlflow_options(result)
    return result


def _picture_file(text: str) -> Path:
    path = Path(text)
    if path.suffix not in (".png", ".html"):
        raise argparse.ArgumentTypeError(f"must end in .png or .html; got {text!r}")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _overlay(parser().parse_args(arguments)))


def _overlay(options) -> int:
    wanted = list(dict.fromkeys(options.studies))
    if not 2 <= len(wanted) <= _MOST:
        raise UsageError(f"two to {_MOST} studies can be compared; got {len(wanted)}: {', '.join(map(repr, wanted))}")
    if options.output:
        output_file.check_writable(options.output, flag="--output")
    uri = store.absolute(options.tracking_uri)
    store.require(uri, written=True)
    with store.one_kind_of_error(uri, failed="could not be read"), store.short_timeouts():
        client = store.client(uri)
        studies = _read(client, wanted, experiment=options.experiment)
    caption = overlay.caption(studies)
    png = overlay_png(studies, caption=caption)
    html = overlay_html(studies, title=overlay.run_name(studies), caption=caption)
    if options.output:
        output_file.write(options.output, png if options.output.suffix == ".png" else html)
    with store.one_kind_of_error(uri), store.short_timeouts(), store.without_output():
        run = overlay.log_overlay(client, studies, png=png, html=html)
    _print_result(studies, uri=uri, run=run, options=options)
    return 0


def _read(client: Any, wanted: Sequence[str], *, experiment: str) -> list[MirroredStudy]:
    experiment_id = read_back.known_experiment_id(client, experiment)
    parents = [read_back.parent_run(client, study, experiment=experiment_id) for study in wanted]
    return [read_back.read(client, parent) for parent in parents]


def _print_result(studies: Sequence[MirroredStudy], *, uri: str, run: str, options) -> None:
    output = console()
    output.print(_table(studies))
    for sentence in overlay.warnings(studies):
        say(output, sentence)
    if options.output:
        say(output, f"The figure is in {options.output}.")
    command = ui_command(uri, experiment=options.experiment, study=options.studies[0])
    address = run_address(page_address(uri), experiment_id=studies[0].experiment_id, run=run)
    say(output, page_to_open(address, command))


def _table(studies: Sequence[MirroredStudy]) -> Any:
    from rich.table import Table

    table = Table()
    table.add_column("study")
    for column in ("trials", "on the front", "hypervolume", "best", "cheapest"):
        table.add_column(column, justify="right", no_wrap=True)
    for study in studies:
        table.add_row(
            study.name,
            str(study.trials),
            str(len(study.front)),
            "-" if study.hypervolume is None else f"{study.hypervolume:.4f}",
            _network(study, -1),
            _network(study, 0),
        )
    return table


def _network(study: MirroredStudy, place: int) -> str:
    """A network of the front, which is sorted by cost."""
    return overlay.network(study.front[place], study.objective) if study.front else "-"


if __name__ == "__main__":
    sys.exit(main())

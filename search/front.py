"""`python -m search.front`: the front of a study, finished or running, as a table, CSV, JSON or a figure."""

import argparse
import sys
from collections.abc import Sequence

from search.cli import output_file
from search.cli.exit_handling import run_command
from search.cli.messages import console
from search.cli.parser import Parser, add_storage_option, add_study_argument
from search.errors import UsageError
from spaces.validation import given


def parser() -> Parser:
    """The command's options."""
    result = Parser(prog="search.front", description="Show the Pareto front of a study, finished or running.")
    add_study_argument(result)
    group = result.add_mutually_exclusive_group()
    group.add_argument(
        "--csv",
        nargs="?",
        const=True,  # prints it
        type=_csv_file,
        metavar="FILE.csv",
        help="print the front as CSV, or write it to this file",
    )
    group.add_argument(
        "--json", action="store_true", help="print the whole result as JSON, including the architectures"
    )
    result.add_argument(
        "--all",
        action="store_true",
        help="with --csv: all trials, also those that are not on the front or were never trained",
    )
    result.add_argument("--plot", metavar="FILE.png|html", help="also write a figure of the front to this file")
    add_storage_option(result)
    return result


def _csv_file(text: str) -> str:
    if not text.lower().endswith(".csv"):
        raise argparse.ArgumentTypeError(f"must be followed by nothing or by a FILE.csv; got {given(text)}")
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _show(parser().parse_args(arguments)))


def _show(options) -> int:
    from search.cli.storage import stored_study
    from search.display import front_table
    from search.results import SearchResult
    from search.results.study_location import location_of

    if options.all and options.csv is None:
        raise UsageError("--all is for --csv. Give both")
    if isinstance(options.csv, str):
        output_file.check_writable(options.csv, flag="--csv")
    study = stored_study(options.storage, options.study)
    result = SearchResult(study, location=location_of(study, storage=options.storage))
    if options.plot:
        result.figure.save(options.plot)
    if options.json:
        print(result.to_json())
    elif options.csv is not None:
        _write_csv(result.trials_csv() if options.all else result.to_csv(), file=options.csv)
    else:
        output = console()
        output.print(front_table(study.front(), knee=study.knee()))
        output.print(result.headline())
        output.print(", ".join(f"{number} {state}" for state, number in result.counts.items()) + ".")
    return 0


def _write_csv(table: str, *, file: str | bool) -> None:
    """Write to a file; True prints."""
    if isinstance(file, str):
        output_file.write(file, table)
    else:
        print(table, end="")


if __name__ == "__main__":
    sys.exit(main())

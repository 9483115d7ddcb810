"""`python -m search.front`: the front of a study, finished or running, as a table, CSV, JSON or a figure."""

import sys
from collections.abc import Sequence

from search.cli.exit_handling import run_command
from search.cli.messages import console, say
from search.cli.parser import Parser, add_storage_option, add_study_argument
from search.errors import UsageError


def parser() -> Parser:
    """The command's options."""
    result = Parser(prog="search.front", description="Show the Pareto front of a study, finished or running.")
    add_study_argument(result)
    group = result.add_mutually_exclusive_group()
    group.add_argument("--csv", action="store_true", help="print the front as CSV")
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _show(parser().parse_args(arguments)))


def _show(options) -> int:
    from search.cli.storage import stored_study
    from search.devices.boards import ASSUMED_FREE
    from search.display import WIDE, front_table
    from search.optimizer.trials.stored_cost import StoredCost
    from search.results import SearchResult
    from search.results.study_location import location_of

    if options.all and not options.csv:
        raise UsageError("--all is for --csv. Give both")
    study = stored_study(options.storage, options.study)
    result = SearchResult(study, location=location_of(study, storage=options.storage))
    if options.plot:
        result.figure.save(options.plot)
    if options.json:
        print(result.to_json())
    elif options.csv:
        print(result.trials_csv() if options.all else result.to_csv(), end="")
    else:
        output = console()
        front = study.front()
        known = any(StoredCost(trial).ram_bytes is not None for trial in front)
        boards = known and output.width >= WIDE
        output.print(front_table(front, knee=study.knee(), width=output.width, boards=boards))
        if known:
            wider = f"A terminal of {WIDE} characters also shows on which boards each network fits."
            say(output, ASSUMED_FREE if boards else wider)
        output.print(result.headline())
        output.print(", ".join(f"{number} {state}" for state, number in result.counts.items()) + ".")
        if result.sampler:
            say(output, f"Sampler: {result.sampler}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

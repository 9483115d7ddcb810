"""`python -m search.front`: the front of a study, finished or running, as a table, CSV, JSON or a figure."""

import sys
from collections.abc import Sequence

from search.cli.command_line import Parser, add_storage_flag, add_study_argument, answer, console


def parser() -> Parser:
    """The command's flags."""
    result = Parser(prog="search.front", description="Show the front of a study, finished or running.")
    add_study_argument(result)
    group = result.add_mutually_exclusive_group()
    group.add_argument("--csv", action="store_true", help="print the front as CSV")
    group.add_argument("--json", action="store_true", help="print all of it as JSON, architectures included")
    result.add_argument("--plot", metavar="FILE.png|html", help="write a figure, too")
    add_storage_flag(result)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return answer(lambda: _show(parser().parse_args(arguments)))


def _show(options) -> int:
    from search.cli.storage import stored_study
    from search.display import front_table
    from search.results.result import SearchResult

    study = stored_study(options.storage, options.study)
    result = SearchResult(study, where={"storage": options.storage})
    if options.plot:
        result.figure.save(options.plot)
    if options.json:
        print(result.to_json())
    elif options.csv:
        print(result.to_csv(), end="")
    else:
        shown = console()
        shown.print(front_table(study.front(), knee=study.knee()))
        shown.print(result.headline(), markup=False)
        shown.print(", ".join(f"{number} {end}" for end, number in result.counts.items()) + ".", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m search.replay`: the search's optimizer on a table of known results, without training."""

import sys
from collections.abc import Sequence

from search.cli import argument_types
from search.cli.exit_handling import run_command
from search.cli.messages import console
from search.cli.parser import Parser, add_sampler_option
from search.cli.replay_config import ReplayConfig


def parser() -> Parser:
    """The command's options."""
    result = Parser(
        ReplayConfig,
        prog="search.replay",
        description="Measure a sampler on a table of networks that were trained before.",
    )
    result.add_argument(
        "--table",
        required=True,
        metavar="FILE",
        help="CSV file with columns for the choices, then macs, valid@E for each number of epochs E, and test@E for "
        "the largest E",
    )
    add_sampler_option(result, "algorithms to measure, each with the same seeds, the others compared with the first")
    length = result.add_mutually_exclusive_group()
    length.add_argument(
        "--trials", type=argument_types.whole(1), help="networks to train, however many epochs each of them gets"
    )
    length.add_argument(
        "--budget",
        type=argument_types.positive,
        metavar="FULL_TRAININGS",
        help="epochs to spend, as a number of full trainings",
    )
    result.add_argument("--no-rungs", action="store_true", help="train every network to the end")
    result.add_argument(
        "--seeds", type=argument_types.whole(1, 10_000), metavar="K", help="number of repetitions, with seeds from 0 on"
    )
    result.add_argument(
        "--processes",
        type=argument_types.whole(1, argument_types.MOST_WORKERS),
        metavar="N",
        help="repetitions at a time, each in a process of its own; the results do not depend on it",
    )
    result.add_argument(
        "--workers",
        type=argument_types.whole(1, 1_000),
        nargs="+",
        metavar="N",
        help="simulate this many workers; several numbers are simulated one after the other. The duration of each "
        "training is drawn from a model of real ones, and the budget counts it. By default one worker, and an epoch "
        "takes the same time for every network",
    )
    result.add_argument(
        "--reference-accuracy",
        type=argument_types.positive,
        metavar="PERCENT",
        help="accuracy below which a network adds nothing to the hypervolume",
    )
    result.add_argument("--output", metavar="FILE", help="write the figures to this file as JSON")
    result.add_argument(
        "--csv",
        metavar="FILE",
        help="write the share reached to this file: a row for each sampler, seed and budget in full trainings",
    )
    result.add_argument(
        "--figure",
        type=argument_types.png_file,
        metavar="FILE.png",
        help="draw the share reached over full trainings, a line for each sampler with its standard error",
    )
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _replay(parser().parse_args(arguments)))


def _replay(options) -> int:
    from search.replaying.session import ReplaySession

    return ReplaySession(ReplayConfig.from_options(vars(options)), console()).run()


if __name__ == "__main__":
    sys.exit(main())

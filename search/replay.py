"""`python -m search.replay`: the same optimizer on a table of known results instead of training."""

import sys
from collections.abc import Sequence

from search.cli import flags
from search.cli.command_line import Parser, answer, console
from search.optimizer.sampler import registry


def parser() -> Parser:
    """The command's flags."""
    result = Parser(
        prog="search.replay", description="Measure a sampler on a table of networks that were trained before."
    )
    result.add_argument("--table", required=True, metavar="FILE", help="CSV: choices, macs, valid@E, ..., test@E")
    result.add_argument("--sampler", choices=list(registry.SAMPLERS), default=registry.DEFAULT)
    length = result.add_mutually_exclusive_group()
    length.add_argument("--trials", type=flags.whole(1), help="networks to train, however long each")
    length.add_argument("--budget", type=flags.amount, default="100", metavar="FULL_TRAININGS", help="epochs to spend")
    result.add_argument("--no-rungs", action="store_true", help="train everything to the end")
    result.add_argument("--seeds", type=flags.whole(1, 10_000), default=20, help="repetitions, from seed 0 on")
    result.add_argument(
        "--workers",
        type=flags.whole(1, 1_000),
        nargs="+",
        metavar="N",
        help="simulate so many, one number after the other: trainings take times drawn from real ones, which the "
        "budget counts; by default one, and an epoch takes as long for each network",
    )
    result.add_argument("--reference-accuracy", type=flags.amount, default="80", help="percent that counts for nothing")
    result.add_argument("--output", metavar="FILE", help="where the figures go, as JSON")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return answer(lambda: _replay(parser().parse_args(arguments)))


def _replay(options) -> int:
    from search.replaying.session import ReplaySession

    return ReplaySession(options, console()).run()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m search.run`: search for networks that are accurate and cheap."""

import sys
from collections.abc import Sequence

from search.cli import flags
from search.cli.command_line import Parser, answer, console
from search.cli.config_file import with_config
from search.cli.shell_command import typed
from search.optimizer.sampler import registry
from search.training.recipe import ONE_CYCLE, RECIPES
from spaces.catalogue import SPACES

DEFAULT_EPOCHS = {"digits": 10}
OTHER_EPOCHS = 9

CAP, CAP_SIDE = 25e6, 32
"""FLOPs that a network may need, and the side of images from which on it is more: the same networks need more there."""

WITHOUT_RUNGS = ("digits",)
"""Data sets on which a whole training takes no longer than building the network: judging early saves nothing."""


def parser() -> Parser:
    """The command's flags."""
    result = Parser(
        prog="search.run", description="Search for convolutional networks that are accurate and cheap in FLOPs."
    )
    group = result.add_argument_group("search")
    group.add_argument(
        "--trials", type=flags.whole(1), default=100, help="networks to train in all, earlier runs included"
    )
    group.add_argument(
        "--space",
        type=flags.space(*SPACES),
        default="hybrid",
        metavar="NAME or MODULE:NAME",
        help=f"what can be built: {', '.join(SPACES)}, or your own KerasTuner hypermodel, such as my_nets:MyHyperModel",
    )
    group.add_argument(
        "--sampler", choices=list(registry.SAMPLERS), default=registry.DEFAULT, help="which network is next"
    )
    group.add_argument(
        "--objective",
        choices=["flops", "latency"],
        default="flops",
        help="what is minimised; latency is that of LiteRT on one thread of this machine, and needs the extra export",
    )
    group.add_argument(
        "--max-flops",
        type=flags.amount_or_auto,
        default="auto",
        help="networks above are never trained; auto: 25M, for images larger than 32x32 in proportion to their pixels; "
        "none: no cap",
    )
    group.add_argument(
        "--min-flops", type=flags.amount, default="none", help="likewise below; for a search near a budget"
    )
    group.add_argument("--max-params", type=flags.amount, default="none", help="likewise for parameters")
    group.add_argument(
        "--start-from",
        type=flags.name,
        metavar="STUDY",
        help="begin a new study with what this one has learnt, of other images, caps or a changed space",
    )
    group.add_argument("--start-storage", metavar="URL", help="where that one is stored; by default in --storage")
    group.add_argument("--seed", type=flags.whole(0, 2**31 - 1), default=0, help="of everything random")
    group.add_argument(
        "--workers",
        type=flags.whole_or_auto(1, 256),
        default="auto",
        help="networks trained at a time; auto: one for each GPU, or else for each core, up to 8",
    )
    flags.add_cluster_flags(group)
    group.add_argument(
        "--max-failures", type=flags.whole(1), default=10, help="stop when so many have failed one after the other"
    )
    group = result.add_argument_group("training")
    group.add_argument("--recipe", choices=list(RECIPES), default=ONE_CYCLE.name, help="how each network is trained")
    group.add_argument("--epochs", type=flags.whole(1, 10_000), help="for how long; by default chosen by data set")
    group.add_argument(
        "--no-rungs", action="store_true", help="train every network to the end, judging none early (so on digits)"
    )
    group.add_argument("--train-limit", type=flags.whole(1), metavar="IMAGES", help="train on a part of the images")
    group.add_argument(
        "--worker-timeout",
        type=flags.whole(1),
        default=60,
        metavar="MINUTES",
        help="a worker silent for so long hangs; its network is trained once more at most",
    )
    flags.add_data_flags(result)
    flags.add_study_flags(result)
    group = result.add_argument_group("this command")
    group.add_argument(
        "--config", metavar="FILE.toml", help="flags by name, such as trials = 50; one that is typed, too, wins"
    )
    group.add_argument("--dry-run", action="store_true", help="say what would be searched, and train nothing")
    group.add_argument("--json", action="store_true", help="print the result as JSON, all else to the standard error")
    return result


def parsed(arguments: Sequence[str]):
    """The options in arguments, those of a configuration file and defaults that hang on others among them.

    Raises:
        UsageError, SearchError: If they can't be read.
    """
    options = parser().parse_args(with_config(parser(), arguments))
    if options.epochs is None:
        options.epochs = DEFAULT_EPOCHS.get(options.dataset, OTHER_EPOCHS)
    if options.max_flops == "auto":
        options.max_flops = CAP * max(1, (options.image_size or CAP_SIDE) / CAP_SIDE) ** 2
    options.no_rungs = options.no_rungs or options.dataset in WITHOUT_RUNGS
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return answer(lambda: _search(sys.argv[1:] if arguments is None else arguments))


def _search(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    shown = console(stderr=options.json)
    if options.dry_run:
        from search.running.dry_run import say_what_would_be_searched

        return say_what_would_be_searched(options, shown)
    from search.running.session import Session

    session = Session(options, shown, command=typed("search.run", arguments))
    status = session.search()
    if options.json:
        print(session.result().to_json())
    return status


if __name__ == "__main__":
    sys.exit(main())

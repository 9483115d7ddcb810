"""`python -m search.run`: search for networks that are accurate and cheap."""

import sys
from collections.abc import Sequence

from search.cli import argument_types
from search.cli.benchmark_config import BenchmarkConfig
from search.cli.config_file import with_config_file
from search.cli.exit_handling import run_command
from search.cli.messages import console
from search.cli.parser import (
    Parser,
    add_cluster_options,
    add_data_options,
    add_mirror_option,
    add_sampler_option,
    add_study_options,
)
from search.cli.search_config import SearchConfig
from search.cli.shell_command import python_command
from search.devices.boards import BOARDS
from search.errors import UsageError
from search.training.recipe import RECIPES
from spaces.catalogue import SPACES


def parser() -> Parser:
    """The command's options."""
    result = Parser(
        SearchConfig,
        prog="search.run",
        description="Search for convolutional networks that are accurate and need few FLOPs.",
    )
    _add_search_options(result)
    _add_training_options(result)
    add_data_options(result)
    add_study_options(result, study="name of the study; by default made of data set and space, such as cifar10-hybrid")
    group = result.add_argument_group("this command")
    group.add_argument(
        "--output",
        metavar="FOLDER",
        help="folder for the figure and the tables of several searches; by default NAME-benchmark in the current "
        "folder",
    )
    group.add_argument(
        "--config",
        metavar="FILE.toml",
        help="read options from a TOML file with lines such as trials = 50; an option on the command line wins",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="describe the search and estimate its time; train nothing"
    )
    group.add_argument(
        "--json", action="store_true", help="print the result as JSON, and all other messages to the standard error"
    )
    return result


def _add_search_options(parser: Parser) -> None:
    group = parser.add_argument_group("search")
    group.add_argument(
        "--trials",
        type=argument_types.whole(1),
        help="number of networks to train in all; networks that the study has already count",
    )
    group.add_argument(
        "--space",
        type=argument_types.space(*SPACES),
        metavar="NAME or MODULE:NAME",
        help=f"search space: {', '.join(SPACES)}, or your own KerasTuner hypermodel, such as my_nets:MyHyperModel",
    )
    add_sampler_option(
        group, "algorithm that chooses the next network to train; several are compared, each in studies of its own"
    )
    group.add_argument(
        "--objective",
        choices=["flops", "ram", "flash", "latency"],
        help="cost to minimise: FLOPs, RAM and flash as of --max-ram and --max-flash, or latency, which is that of "
        "LiteRT on one thread of this machine and needs the extra export",
    )
    group.add_argument(
        "--max-flops",
        type=argument_types.amount_or_auto,
        metavar="FLOPS",
        help="never train a network with more FLOPs than this; auto is 25M, and more in proportion to the pixels of "
        "images larger than 32x32; none is no limit",
    )
    group.add_argument(
        "--min-flops",
        type=argument_types.amount,
        metavar="FLOPS",
        help="never train a network with fewer FLOPs than this, to search close to a budget",
    )
    group.add_argument(
        "--max-params",
        type=argument_types.amount,
        metavar="PARAMETERS",
        help="never train a network with more parameters than this",
    )
    group.add_argument(
        "--target",
        type=argument_types.board,
        metavar="BOARD",
        help="never train a network that does not fit on this board: "
        f"{', '.join(BOARDS)}; sets --max-ram and --max-flash where they are not given",
    )
    group.add_argument(
        "--max-ram",
        type=argument_types.memory,
        metavar="BYTES",
        help="never train a network whose tensors need more RAM than this in an int8 interpreter; 64k is 65,536 bytes",
    )
    group.add_argument(
        "--max-flash",
        type=argument_types.memory,
        metavar="BYTES",
        help="never train a network whose int8 file has more bytes than this; 256k is 262,144 bytes",
    )
    group.add_argument(
        "--start-from",
        type=argument_types.name,
        metavar="STUDY",
        help="warm-start a new study from an earlier one, which may have other images, limits or a changed space",
    )
    group.add_argument(
        "--start-storage", metavar="URL", help="database that holds the earlier study; by default that of --storage"
    )
    group.add_argument(
        "--seed", type=argument_types.seed, help="seed of all random numbers; it also chooses the validation images"
    )
    group.add_argument(
        "--seeds",
        type=argument_types.whole(1, 100),
        metavar="K",
        help="search K times with each sampler, with seeds from --seed on, and compare the samplers; the studies are "
        "called NAME-SAMPLER-SEED, such as digits-hybrid-random-0",
    )
    group.add_argument(
        "--workers",
        type=argument_types.workers,
        metavar="N",
        help="networks trained at the same time; auto is one per GPU or, without a GPU, one per core, up to 8",
    )
    add_cluster_options(group)
    group.add_argument(
        "--max-failures",
        type=argument_types.whole(1),
        metavar="N",
        help="stop after this many networks have failed in a row",
    )


def _add_training_options(parser: Parser) -> None:
    group = parser.add_argument_group("training")
    group.add_argument("--recipe", choices=list(RECIPES), help="how each network is trained")
    add_mirror_option(group)
    group.add_argument(
        "--epochs",
        type=argument_types.epochs,
        help="epochs of a full training; by default 3 on cluttered-digits, 10 on digits, and on other images 9, or as "
        "many as make 600 steps",
    )
    group.add_argument(
        "--no-rungs",
        action="store_true",
        help="train every network to the end instead of stopping poor ones early; always so on the embedded images",
    )
    group.add_argument(
        "--train-limit",
        type=argument_types.whole(1),
        metavar="IMAGES",
        help="train on this many of the training images; by default on all",
    )
    group.add_argument(
        "--worker-timeout",
        type=argument_types.whole(1),
        metavar="MINUTES",
        help="restart a worker that has been silent for this long; its network is trained once more at most",
    )


def search_config(arguments: Sequence[str]) -> SearchConfig:
    """The configuration of the one search that arguments mean, those of a configuration file included.

    Raises:
        UsageError, SearchError: If they can't be read.
    """
    return benchmark_config(arguments).search


def benchmark_config(arguments: Sequence[str]) -> BenchmarkConfig:
    """All searches that arguments mean; otherwise as `search_config`."""
    return BenchmarkConfig.from_options(vars(_parse(arguments)))


def _parse(arguments: Sequence[str]):
    return parser().parse_args(with_config_file(parser(), arguments))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _search(sys.argv[1:] if arguments is None else arguments))


def _search(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    config, output = BenchmarkConfig.from_options(vars(options)), console(stderr=options.json)
    if options.dry_run:
        if config.search.cluster is not None:
            raise UsageError("--dry-run measures speed on this machine. Leave --cluster out")
        from search.running.dry_run import dry_run

        return dry_run(config.search, output, searches=len(config.seeds) * len(config.samplers))
    session = new_session(config, output, command=python_command("search.run", arguments))
    status = session.run()
    if options.json:
        print(session.result().to_json())
    return status


def new_session(config: BenchmarkConfig, output, *, command: str):
    """A `SearchSession`, or a `BenchmarkSession` for several searches. Both run, and have a result.

    Args:
        config: What is asked for.
        output: The console for messages.
        command: The command that asks for it again.
    """
    if config.is_one_search:
        from search.running.session import SearchSession

        return SearchSession(config.search, output, command=command)
    from search.running.benchmark import BenchmarkSession

    return BenchmarkSession(config, output, command=command)


if __name__ == "__main__":
    sys.exit(main())

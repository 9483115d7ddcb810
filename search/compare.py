"""`python -m search.compare`: standard convolutions, separable convolutions and the networks that a search found."""

import sys
from collections.abc import Sequence

from search.cli import argument_types
from search.cli.compare_config import CompareConfig
from search.cli.exit_handling import run_command
from search.cli.messages import console
from search.cli.parser import Parser, add_data_options, add_mirror_option, add_study_options
from search.cli.shell_command import python_command
from search.training.recipe import RECIPES
from spaces.reference import REFERENCES


def parser() -> Parser:
    """The command's options."""
    result = Parser(
        CompareConfig,
        prog="search.compare",
        description="Train reference networks and networks that a search found with the same recipe, and compare them.",
    )
    result.add_argument(
        "--output", required=True, metavar="FOLDER", help="folder for the tables, the figures and the page"
    )
    _add_network_options(result)
    _add_training_options(result)
    add_data_options(result)
    add_study_options(result, study="study whose networks are compared as well, and whose trials test rules of thumb")
    return result


def _add_network_options(parser: Parser) -> None:
    group = parser.add_argument_group("networks")
    group.add_argument(
        "--networks",
        nargs="*",
        choices=list(REFERENCES),
        metavar="NAME",
        help=f"reference networks: {', '.join(REFERENCES)}; no name means no reference network",
    )
    group.add_argument(
        "--exported",
        nargs="+",
        metavar="FOLDER",
        help="folders of exported networks, or their architecture.json; by default the knee and the most accurate "
        "network of the study",
    )


def _add_training_options(parser: Parser) -> None:
    group = parser.add_argument_group("training")
    group.add_argument(
        "--recipes", nargs="+", choices=list(RECIPES), metavar="NAME", help=f"recipes: {', '.join(RECIPES)}"
    )
    add_mirror_option(group)
    group.add_argument("--epochs", type=argument_types.epochs, help="epochs of each training")
    group.add_argument(
        "--seeds",
        type=argument_types.whole(1, 100),
        metavar="K",
        help="trainings of each network, with seeds from --seed on",
    )
    group.add_argument("--seed", type=argument_types.seed, help="seed of the first training")
    group.add_argument(
        "--train-limit",
        type=argument_types.whole(1),
        metavar="IMAGES",
        help="train on this many of the training images; by default on all",
    )
    group.add_argument(
        "--workers",
        type=argument_types.workers,
        metavar="N",
        help="trainings at the same time; auto is one per GPU or, without a GPU, one per core, up to 8",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _compare(sys.argv[1:] if arguments is None else arguments))


def _compare(arguments: Sequence[str]) -> int:
    config = CompareConfig.from_options(vars(parser().parse_args(arguments)))
    from search.comparison.session import CompareSession

    return CompareSession(config, console(), command=python_command("search.compare", arguments)).run()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m search.compare`: standard against separable convolutions against what a search found."""

import sys
from collections.abc import Sequence

from search.cli import flags
from search.cli.command_line import Parser, answer, console
from search.training.recipe import NOTEBOOK, RECIPES
from spaces.reference import CLASSICS, REFERENCES


def parser() -> Parser:
    """The command's flags."""
    result = Parser(
        prog="search.compare",
        description="Train fixed networks and those that a search found under the same recipe, and compare them.",
    )
    result.add_argument("--output", required=True, metavar="FOLDER", help="where tables, figures and the page go")
    group = result.add_argument_group("networks")
    group.add_argument(
        "--networks",
        nargs="*",
        choices=list(REFERENCES),
        default=list(CLASSICS),
        metavar="NAME",
        help=f"known ones: {', '.join(REFERENCES)}; none where nothing follows",
    )
    group.add_argument(
        "--exported",
        nargs="+",
        metavar="FOLDER",
        help="folders of exports, or their architecture.json; by default the study's knee and most accurate network",
    )
    group = result.add_argument_group("training")
    group.add_argument(
        "--recipes", nargs="+", choices=list(RECIPES), default=[NOTEBOOK.name], metavar="NAME", help=", ".join(RECIPES)
    )
    group.add_argument("--epochs", type=flags.whole(1, 10_000), default=20, help="for how long")
    group.add_argument(
        "--seeds", type=flags.whole(1, 100), default=1, metavar="K", help="trainings of each, from --seed on"
    )
    group.add_argument("--seed", type=flags.whole(0, 2**31 - 1), default=0, help="of everything random")
    group.add_argument("--train-limit", type=flags.whole(1), metavar="IMAGES", help="train on a part of the images")
    group.add_argument(
        "--workers", type=flags.whole_or_auto(1, 256), default="auto", help="trainings at a time, as in search.run"
    )
    flags.add_data_flags(result)
    flags.add_study_flags(result)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return answer(lambda: _compare(parser().parse_args(arguments)))


def _compare(options) -> int:
    from search.comparison.session import Comparison

    options.networks = list(dict.fromkeys(options.networks))
    options.recipes = list(dict.fromkeys(options.recipes))
    return Comparison(options, console()).run()


if __name__ == "__main__":
    sys.exit(main())

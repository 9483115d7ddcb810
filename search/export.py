"""`python -m search.export`: take a network of the front home, trained to the end and judged once on the test split."""

import sys
from collections.abc import Sequence

from search import flags


def parser() -> flags.Parser:
    """The command's flags."""
    result = flags.Parser(
        prog="search.export",
        description="Choose a network on a study's front, train it to the end, test it once and write it down.",
    )
    result.add_argument(
        "--output", required=True, metavar="FOLDER", help="where model.keras, architecture.json and report.json go"
    )
    which = result.add_argument_group("which network; by default the knee").add_mutually_exclusive_group()
    which.add_argument("--pick", choices=["knee", "best"], help="the front's knee, or its most accurate network")
    which.add_argument(
        "--max-flops", type=flags.amount, help="the most accurate network of the front with no more FLOPs"
    )
    which.add_argument("--trial", type=flags.whole(0), metavar="N", help="the network of this trial")
    group = result.add_argument_group("training")
    group.add_argument(
        "--epochs", type=flags.whole(1, 10_000), help="for how long; by default 4 times as in the search"
    )
    group.add_argument(
        "--seed", type=flags.whole(0, 2**31 - 1), default=0, help="of the weights and the order of images"
    )
    group.add_argument("--alias", default="best", help="alias of the registered model in MLflow")
    group = result.add_argument_group("data")
    group.add_argument("--dataset", metavar="NAME|FOLDER", help="where the study's images are now, if they have moved")
    group.add_argument("--data-dir", metavar="FOLDER", help="folder that holds cifar-10-batches-py")
    flags.add_study_flags(result)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return flags.answer(lambda: _export(parser().parse_args(arguments)))


def _export(options) -> int:
    from search.delivery import Delivery

    return Delivery(options, flags.console()).run()


if __name__ == "__main__":
    sys.exit(main())

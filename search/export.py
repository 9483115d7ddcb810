"""`python -m search.export`: take networks of the front home, trained to the end and judged once on the test split."""

import sys
from collections.abc import Sequence

from search.cli import flags
from search.cli.command_line import Parser, alias, answer, console
from search.devices.formats import FORMATS
from search.errors import UsageError


def parser() -> Parser:
    """The command's flags."""
    result = Parser(
        prog="search.export",
        description="Choose networks on a study's front, train them to the end, test them once and write them down.",
    )
    result.add_argument("--output", required=True, metavar="FOLDER", help="where the files and the report go")
    group = result.add_argument_group("which network; by default the knee, or the best within what it may need")
    which = group.add_mutually_exclusive_group()
    which.add_argument(
        "--pick",
        choices=["knee", "best", "fastest", "front"],
        help="the front's knee, its most accurate network, that of least latency, or all of it",
    )
    which.add_argument("--trial", type=flags.whole(0), metavar="N", help="the network of this trial")
    group.add_argument("--max-flops", type=flags.amount, help="no more FLOPs for an image")
    group.add_argument("--max-params", type=flags.amount, help="no more parameters")
    group.add_argument(
        "--max-latency-ms",
        type=flags.amount,
        metavar="MS",
        help="no more milliseconds for an image: LiteRT in float32 on one thread of this machine",
    )
    group = result.add_argument_group("training")
    group.add_argument(
        "--epochs", type=flags.whole(1, 10_000), help="for how long; by default 4 times as in the search"
    )
    group.add_argument(
        "--seed", type=flags.whole(0, 2**31 - 1), default=0, help="of the weights and the order of images"
    )
    group.add_argument(
        "--seeds",
        type=flags.whole(1, 100),
        default=1,
        metavar="K",
        help="trainings, from --seed on; the best is written",
    )
    group.add_argument(
        "--sparsity", type=flags.share, default=0.0, help="prune this share of the weights, then train on; 0 to 0.99"
    )
    group.add_argument(
        "--workers", type=flags.whole_or_auto(1, 256), default="auto", help="trainings at a time, as in search.run"
    )
    group = result.add_argument_group("files")
    group.add_argument(
        "--formats",
        nargs="+",
        choices=[*FORMATS, "all"],
        default=["keras"],
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)}, or all; all but the first two need the extra: pip install '.[export]'",
    )
    group.add_argument("--alias", type=alias, default="best", help="alias of the registered model in MLflow")
    group = result.add_argument_group("data")
    group.add_argument("--dataset", metavar="NAME|FOLDER", help="where the study's images are now, if they have moved")
    group.add_argument("--data-dir", metavar="FOLDER", help="folder that holds cifar-10-batches-py")
    flags.add_study_flags(result)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return answer(lambda: _export(parser().parse_args(arguments)))


def _export(options) -> int:
    from search.exporting.session import ExportSession

    if "all" in options.formats:
        options.formats = list(FORMATS)
    options.formats = list(dict.fromkeys(options.formats))
    if options.trial is not None and any((options.max_flops, options.max_params, options.max_latency_ms)):
        raise UsageError("--trial names a network; --max-flops, --max-params and --max-latency-ms choose one")
    return ExportSession(options, console()).run()


if __name__ == "__main__":
    sys.exit(main())

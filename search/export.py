"""`python -m search.export`: train networks of the front to the end, test them once and write them as files."""

import sys
from collections.abc import Sequence

from search.cli import argument_types
from search.cli.exit_handling import run_command
from search.cli.export_config import ALL_FORMATS, ExportConfig
from search.cli.messages import console
from search.cli.parser import Parser, add_study_options
from search.cli.shell_command import python_command
from search.devices.boards import BOARDS
from search.devices.formats import FORMATS


def parser() -> Parser:
    """The command's options."""
    result = Parser(
        ExportConfig,
        prog="search.export",
        description="Choose networks on a study's front, train them to the end, test them once and write their files.",
    )
    result.add_argument("--output", required=True, metavar="FOLDER", help="folder for the files and the report")
    _add_choice_options(result)
    _add_training_options(result)
    _add_file_options(result)
    group = result.add_argument_group("data")
    group.add_argument(
        "--dataset", metavar="NAME|FOLDER", help="where the study's images are now, if they have been moved"
    )
    group.add_argument("--data-dir", metavar="FOLDER", help="folder that contains cifar-10-batches-py")
    add_study_options(result, study="name of the study; needed only where the storage has several")
    return result


def _add_choice_options(parser: Parser) -> None:
    group = parser.add_argument_group(
        "which network", "By default the knee of the front; with a limit, the most accurate network within it."
    )
    which = group.add_mutually_exclusive_group()
    which.add_argument(
        "--pick",
        choices=["knee", "best", "fastest", "front"],
        help="the front's knee, its most accurate network, its network of least latency, or the whole front",
    )
    which.add_argument("--trial", type=argument_types.whole(0), metavar="N", help="the network of this trial")
    group.add_argument(
        "--candidates",
        type=argument_types.whole(1, 100),
        metavar="K",
        help="with --pick best: train the K most accurate networks within the limits for a part of the epochs, keep "
        "the better half, and so on until one is left",
    )
    group.add_argument(
        "--max-flops", type=argument_types.amount, metavar="FLOPS", help="at most this many FLOPs for one image"
    )
    group.add_argument(
        "--max-params", type=argument_types.amount, metavar="PARAMETERS", help="at most this many parameters"
    )
    group.add_argument(
        "--target",
        type=argument_types.board,
        metavar="BOARD",
        help="a network that fits on this board: "
        f"{', '.join(BOARDS)}; sets --max-ram and --max-flash where they are not given",
    )
    group.add_argument(
        "--max-ram",
        type=argument_types.memory,
        metavar="BYTES",
        help="at most this much RAM for its tensors in an int8 interpreter; 64k is 65,536 bytes",
    )
    group.add_argument(
        "--max-flash",
        type=argument_types.memory,
        metavar="BYTES",
        help="at most this many bytes of the int8 file; 256k is 262,144 bytes",
    )
    group.add_argument(
        "--max-latency-ms",
        type=argument_types.amount,
        metavar="MS",
        help="at most this many milliseconds for one image, in LiteRT with float32 on one thread of this machine",
    )


def _add_training_options(parser: Parser) -> None:
    group = parser.add_argument_group("training")
    group.add_argument(
        "--epochs",
        type=argument_types.epochs,
        help="epochs of the final training; by default 4 times the search's. 8 times brought a small network of "
        "CIFAR-10 more than a teacher did",
    )
    group.add_argument("--seed", type=argument_types.seed, help="seed of the weights and of the order of images")
    group.add_argument(
        "--seeds",
        type=argument_types.whole(1, 100),
        metavar="K",
        help="number of trainings, with seeds from --seed on; the best network is written",
    )
    group.add_argument(
        "--teacher",
        metavar="best|none|NAME|FILE.keras",
        help="the network that it learns from beside the labels: best is the most accurate of the front that costs "
        "3 to 10 times as much; NAME is a reference network of search.compare; FILE.keras is a trained model",
    )
    group.add_argument(
        "--sparsity",
        type=argument_types.share,
        metavar="SHARE",
        help="set this share of the weights to zero, from 0 to 0.99, and train on",
    )
    group.add_argument(
        "--workers",
        type=argument_types.workers,
        metavar="N",
        help="trainings at the same time; auto is one per GPU or, without a GPU, one per core, up to 8",
    )


def _add_file_options(parser: Parser) -> None:
    group = parser.add_argument_group("files")
    group.add_argument(
        "--formats",
        nargs="+",
        choices=[*FORMATS, ALL_FORMATS],
        metavar="FORMAT",
        help=f"file formats: {', '.join(FORMATS)}, or all; all but the first two need pip install '.[export]'",
    )
    group.add_argument("--alias", type=argument_types.alias, help="alias of the registered model in MLflow")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(lambda: _export(sys.argv[1:] if arguments is None else arguments))


def _export(arguments: Sequence[str]) -> int:
    config = ExportConfig.from_options(vars(parser().parse_args(arguments)))
    from search.exporting.session import ExportSession

    return ExportSession(config, console(), command=python_command("search.export", arguments)).run()


if __name__ == "__main__":
    sys.exit(main())

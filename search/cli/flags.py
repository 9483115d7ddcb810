"""Flags that the commands share: spelled the same everywhere, checked on the spot."""

import argparse
import math
import re

from search.cli.command_line import add_storage_flag, add_store_flags, name, whole
from spaces.validation import given

_FACTORS = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}


def add_data_flags(parser: argparse.ArgumentParser) -> None:
    """Which images."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--dataset",
        default="cifar10",
        metavar="NAME|FOLDER",
        help="cifar10, digits (embedded, needs no network), or a folder with a folder of images for each class",
    )
    group.add_argument(
        "--data-dir",
        metavar="FOLDER",
        help="folder that holds cifar-10-batches-py; otherwise CIFAR10_DIR, Keras's cache, or a download",
    )
    group.add_argument(
        "--image-size", type=whole(8), metavar="PIXELS", help="side that a folder's images are resized to"
    )


def add_study_flags(parser: argparse.ArgumentParser) -> None:
    """Which study, and where it is kept."""
    group = parser.add_argument_group("storage")
    group.add_argument("--study", type=name, help="name of the study; by default made of data set and space")
    add_storage_flag(group)
    add_store_flags(group)


def add_cluster_flags(group) -> None:
    """Where else to train."""
    group.add_argument(
        "--cluster",
        type=cluster_address,
        metavar="auto|HOST:PORT",
        help="train on the nodes of this Ray cluster; auto: of the one that this machine is a node of; --workers auto "
        "then is as many as there is room for at the time",
    )
    group.add_argument("--worker-cpus", type=resource, metavar="CPUS", help="of each worker on the cluster; 1 if left")
    group.add_argument(
        "--worker-gpus", type=resource, metavar="GPUS", help="likewise, or a share such as 0.25; 1 if there are any"
    )


def cluster_address(text: str) -> str:
    """Where a Ray cluster's head is, or "auto"."""
    if not re.fullmatch(r"auto|[\w.-]+:\d{1,5}|\[[\w:.%]+\]:\d{1,5}", text):
        raise argparse.ArgumentTypeError(f"must be auto or HOST:PORT of a Ray cluster's head; got {given(text)}")
    return text


def resource(text: str) -> float:
    """What Ray gives a worker of a kind: a whole number, or a share below 1."""
    value = float(text) if re.fullmatch(r"\d{1,3}(\.\d{0,3})?|\.\d{1,3}", text) else math.nan
    if not (0 <= value < 1 or value.is_integer()):
        raise argparse.ArgumentTypeError(f"must be a whole number or a share such as 0.25; got {given(text)}")
    return value


def whole_or_auto(lowest: int, highest: int):
    """A type for whole numbers from `lowest` to `highest`, or "auto", which is None."""
    number = whole(lowest, highest)
    return lambda text: None if text.lower() == "auto" else number(text)


def space(*names: str):
    """A type for the space to search: one of our own by name, or somebody's hypermodel as module:name."""

    def parse(text: str) -> str:
        module, mark, found = text.partition(":")
        if text in names or (mark and all(part.isidentifier() for part in f"{module}.{found}".split("."))):
            return text
        raise argparse.ArgumentTypeError(
            f"must be {', '.join(names)}, or a KerasTuner hypermodel such as my_nets:MyHyperModel; got {given(text)}"
        )

    return parse


def amount(text: str) -> float | None:
    """A positive number, with k, M or G for thousands, millions or billions; "none" is None."""
    if text.lower() == "none":
        return None
    match = re.fullmatch(r"(\d+(?:\.\d*)?(?:e\+?\d{1,3})?|\.\d+)([kmg]?)", text.strip().lower())
    value = float(match[1]) * _FACTORS[match[2]] if match else math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(
            f"must be a positive number such as 4000000, 4M or 0.5G, or none; got {given(text)}"
        )
    return value


def amount_or_auto(text: str) -> float | str | None:
    """As `amount`, or "auto"."""
    return "auto" if text.lower() == "auto" else amount(text)


def share(text: str) -> float:
    """A number from 0 to 0.99."""
    if not re.fullmatch(r"0|0?\.\d{1,9}|0\.", text) or float(text) > 0.99:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 0.99; got {given(text)}")
    return float(text)

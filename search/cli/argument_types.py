"""Types of the commands' arguments: each turns the text of an argument into a value, or says what is wrong with it."""

import argparse
import math
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from search.cli.location import DEFAULT_TRACKING_URI
from search.devices.boards import board_named
from search.optimizer.sampler import registry
from spaces.object_reference import is_reference
from spaces.validation import given

LONGEST_NAME = 200
LARGEST_SEED = 2**31 - 1
MOST_EPOCHS = 10_000
MOST_WORKERS = 256

AUTO, NONE = "auto", "none"
"""How a person asks for the program's own choice, and for no limit."""

LARGEST_MEMORY = 2**50

_MEMORY_FACTORS = {None: 1, "k": 2**10, "m": 2**20, "g": 2**30}
_FACTORS = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}


def name(text: str) -> str:
    """A name that a person can type again: neither empty nor endless, and without control characters."""
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise argparse.ArgumentTypeError(
            f"must be 1 to {LONGEST_NAME} printable characters; got {text[:40]!r}{'...' if len(text) > 40 else ''}"
        )
    return text


def alias(text: str) -> str:
    """An alias that MLflow accepts. MLflow reserves `latest` and versions such as `v3`."""
    if not re.fullmatch(r"[\w-]{1,255}", text) or re.fullmatch(r"latest|v\d+", text.lower()):
        raise argparse.ArgumentTypeError(
            f"must be letters, digits, - or _, and neither latest nor a version such as v3; got {text!r}"
        )
    return text


def uri(text: str) -> str:
    """A URI whose port, if it has one, is a number."""
    try:
        _ = urlsplit(text).port
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be a URI such as {DEFAULT_TRACKING_URI} or http://host:5000; got {text!r}"
        ) from None
    return text


def whole(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """A type for whole numbers from `lowest` to `highest`."""
    limits = f"of {lowest} or more" if highest is None else f"from {lowest} to {highest}"

    def parse(text: str) -> int:
        number = int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else None
        if number is None or number < lowest or (highest is not None and number > highest):
            raise argparse.ArgumentTypeError(f"must be a whole number {limits}; got {text!r}")
        return number

    return parse


def whole_or_auto(lowest: int, highest: int) -> Callable[[str], int | None]:
    """A type for whole numbers from `lowest` to `highest`, or "auto", which is None."""
    number = whole(lowest, highest)
    return lambda text: None if text.lower() == AUTO else number(text)


seed = whole(0, LARGEST_SEED)
epochs = whole(1, MOST_EPOCHS)
workers = whole_or_auto(1, MOST_WORKERS)


def positive(text: str) -> float:
    """A positive number, with k, M or G for thousands, millions or billions."""
    return _positive(text)


def amount(text: str) -> float | None:
    """A positive number as in `positive`, or "none", which is None."""
    return None if text.lower() == NONE else _positive(text, alternative=", or none")


def amount_or_auto(text: str) -> float | str | None:
    """A positive number or "none" as in `amount`, or "auto", which stays as it is."""
    return AUTO if text.lower() == AUTO else amount(text)


def _positive(text: str, *, alternative: str = "") -> float:
    match = re.fullmatch(r"(\d+(?:\.\d*)?(?:e\+?\d{1,3})?|\.\d+)([kmg]?)", text.strip().lower())
    value = float(match[1]) * _FACTORS[match[2]] if match else math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(
            f"must be a positive number such as 4000000, 4M or 0.5G{alternative}; got {given(text)}"
        )
    return value


def memory(text: str) -> int | None:
    """Bytes: a positive number, with k, M or G for 1,024, its square or its cube as data sheets have it; or "none".

    `64k`, `64kB`, `64 KiB` and `65536` are the same.
    """
    if text.lower() == NONE:
        return None
    match = re.fullmatch(r"(\d{1,15}(?:\.\d{0,15})?|\.\d{1,15}) ?(?:([kmg])i?)?(?:b|bytes)?", text.strip().lower())
    value = int(float(match[1]) * _MEMORY_FACTORS[match[2]]) if match else 0
    if not 0 < value < LARGEST_MEMORY:
        raise argparse.ArgumentTypeError(
            f"must be a positive number of bytes such as 65536, 64k or 1M, or none; got {given(text)}"
        )
    return value


def board(text: str) -> str:
    """The name of a board of `search.devices.boards`; its short name means the same."""
    try:
        return board_named(text).name
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def share(text: str) -> float:
    """A number from 0 to 0.99."""
    if not re.fullmatch(r"0|0?\.\d{1,9}|0\.", text) or float(text) > 0.99:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 0.99; got {given(text)}")
    return float(text)


def png_file(text: str) -> str:
    """The name of a picture's file."""
    if not text.lower().endswith(".png"):
        raise argparse.ArgumentTypeError(f"must end in .png; got {given(text)}")
    return text


def space(*names: str) -> Callable[[str], str]:
    """A type for the space to search: one of the program's by name, or a user's hypermodel as module:name."""

    def parse(text: str) -> str:
        if text in names or is_reference(text):
            return text
        raise argparse.ArgumentTypeError(
            f"must be {', '.join(names)}, or a KerasTuner hypermodel such as my_nets:MyHyperModel; got {given(text)}"
        )

    return parse


def sampler(text: str) -> str:
    """The name of a sampler: one of the program's, or any of Optuna's as module:name. Nothing is imported for this."""
    if text in registry.SAMPLERS or is_reference(text):
        return text
    raise argparse.ArgumentTypeError(
        f"must be {', '.join(registry.SAMPLERS)}, or a sampler of Optuna's as MODULE:CLASS, such as "
        f"optuna.samplers:GPSampler or my_samplers:MySampler; got {given(text)}"
    )


def cluster_address(text: str) -> str:
    """The address of a Ray cluster's head node, or "auto"."""
    if not re.fullmatch(r"auto|[\w.-]+:\d{1,5}|\[[\w:.%]+\]:\d{1,5}", text):
        raise argparse.ArgumentTypeError(f"must be auto or HOST:PORT of a Ray cluster's head; got {given(text)}")
    return text


def ray_resource(text: str) -> float:
    """CPUs or GPUs of a Ray worker: a whole number, or a share below 1."""
    value = float(text) if re.fullmatch(r"\d{1,3}(\.\d{0,3})?|\.\d{1,3}", text) else math.nan
    if not (0 <= value < 1 or value.is_integer()):
        raise argparse.ArgumentTypeError(f"must be a whole number or a share such as 0.25; got {given(text)}")
    return value

"""Flags of every command, and files of them."""

import importlib
import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.mutations import Case, mutated
from tests.faults.odd_values import TEXTS, URLS, WRONG_VALUES, text
from tests.readme import COMMANDS


def _parse(module: str):
    if module == "search.run":
        from search.run import search_config

        return search_config
    return importlib.import_module(module).parser().parse_args


@cache
def _flags_of(module: str) -> tuple[str, ...]:
    parser = importlib.import_module(module).parser()
    return tuple(flag for action in parser._actions for flag in action.option_strings)


def flags(random: Random, number: int, folder: Path) -> Case:
    """The flags of every command, a few at a time, with odd values or without."""
    module = COMMANDS[number % len(COMMANDS)]
    known = _flags_of(module)
    arguments: list[str] = []
    for _ in range(random.randint(1, 5)):
        value = random.choice((text(random), random.choice(URLS), str(random.randint(-5, 10**6))))
        flag = random.choice(known) if random.random() < 0.8 else text(random)
        arguments += random.choice(([flag, value], [f"{flag}={value}"], [flag], [value]))
    # The operating system lets no NUL into an argument.
    arguments = [argument.replace("\x00", "") for argument in arguments]
    return (module, arguments), lambda: _parse(module)(arguments)


_TOML = 'trials = 7\nmax-flops = "8M"\nseed = 3\nno_rungs = true\ndataset = "digits"\nstudy = "mine"\n'


def configurations(random: Random, number: int, folder: Path) -> Case:
    """TOML files: every option with wrong values, then mutated ones."""
    from search.run import search_config

    file = folder / "search.toml"
    names = [flag[2:] for flag in _flags_of("search.run") if flag.startswith("--")]
    if number < len(names):
        content = f"{names[number]} = {json.dumps(TEXTS[-1])}\n".encode()
    elif random.random() < 0.4:
        name, value = random.choice([*names, text(random)]), random.choice(WRONG_VALUES)
        content = f"{random.choice((name, json.dumps(name)))} = {_toml(value)}\n".encode("utf-8", "surrogatepass")
    elif random.random() < 0.1:
        content = random.choice((b"x = " + b"[" * 10_000, b"[" + b"a." * 10_000 + b"b]", b"x = 9" + b"9" * 9_999))
    else:
        content = mutated(random, _TOML.encode(random.choice(("utf-8", "utf-16", "utf-8-sig", "utf-32"))))
    file.write_bytes(content)
    return content, lambda: search_config(["--config", str(file)])


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return {None: '"none"', True: "true", False: "false"}.get(value) if value in (None, True) else json.dumps(value)

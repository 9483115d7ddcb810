"""The parts of the README that follow from the code: `python -m tests.readme` writes them anew.

Every command's options come from its parser, the map of the code from the imports, the reference networks from their
costs.
"""

import argparse
import ast
import importlib
import textwrap
from pathlib import Path

from spaces.notation import legend
from spaces.reference import REFERENCES

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

COMMANDS = (
    "search.run",
    "search.front",
    "search.export",
    "search.compare",
    "search.replay",
    "search.ui",
    "search.overlay",
    "search.sync",
)


def written(text: str) -> str:
    """The README's text with its generated parts as they should be."""
    for name, part in {"options": options(), "map": code_map(), "networks": networks()}.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"the README has no {begin} ... {end}")
        text = f"{before}{begin}\n\n{part}\n\n{end}{after}"
    return text


def options() -> str:
    """A table of flags for each command."""
    return "\n\n".join(_table(command) for command in COMMANDS)


def _table(command: str) -> str:
    parser = importlib.import_module(command).parser()
    rows = [_row(action) for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    head = f"`python -m {command}`: {parser.description}\n\n| option | default | |\n|---|---|---|\n"
    return head + "\n".join(rows)


def _row(action: argparse.Action) -> str:
    if not action.option_strings:
        name = action.metavar or action.dest
    elif action.nargs == 0:
        name = action.option_strings[0]
    else:
        name = " ".join([action.option_strings[0], *([action.metavar] if action.metavar else [])])
    text = " ".join((action.help or "").split())
    if action.choices and str(next(iter(action.choices))) not in text:
        text = f"{', '.join(map(str, action.choices))}: {text}"
    return f"| `{name.replace('|', ' or ')}` | {_default(action)} | {text} |"


def _default(action: argparse.Action) -> str:
    if action.nargs == 0 or action.default is None:
        return "required" if action.required and action.option_strings else ""
    values = action.default if isinstance(action.default, list) else [action.default]
    return f"`{' '.join(map(str, values))}`"


COMMON = ("errors", "flags", "config_file", "storage", "typed", "command_line", "safe_text", "stopping")
"""Modules that every part may use: no arrow is drawn to these."""


def code_map() -> str:
    """Which folder imports which, as a Mermaid chart: an arrow that others imply is left out."""
    arrows = _arrows()
    kept = sorted(arrow for arrow in arrows if not _is_implied(arrow, arrows))
    lines = ['    search["search: the commands"]', *(f"    {source} --> {target}" for source, target in kept)]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"])


def _arrows() -> set[tuple[str, str]]:
    """(folder, folder) for each import between two of them."""
    found = set()
    for path in sorted(path for top in ("search", "mlflow_runs", "spaces") for path in (ROOT / top).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[-1] not in COMMON:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                target = next((place for name in reversed(names) if (place := _folder(name))), None)
                source = path.parent.relative_to(ROOT).as_posix()
                if target and target != source and not path.name.startswith("__"):
                    found.add((_node(source), _node(target)))
    return {(source, target) for source, target in found if source != target}


def _folder(module: str) -> str | None:
    path = ROOT / Path(*module.split("."))
    if (path / "__init__.py").exists():
        return path.relative_to(ROOT).as_posix()
    return path.parent.relative_to(ROOT).as_posix() if path.with_suffix(".py").exists() else None


def _node(folder: str) -> str:
    """The first two levels of `search`, the first of the others."""
    top, *rest = folder.split("/")
    return "/".join([top, *rest[:1]]) if top == "search" else top


def _is_implied(arrow: tuple[str, str], arrows: set[tuple[str, str]]) -> bool:
    source, target = arrow
    reached, waiting = set(), [middle for start, middle in arrows if start == source and middle != target]
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += [end for start, end in arrows if start == place]
    return target in reached


def networks() -> str:
    """The reference networks, their costs and their words, and what the words' marks mean."""
    made = {name: make() for name, make in REFERENCES.items()}
    rows = [_network_row(name, one) for name, one in made.items()]
    head = "| network | parameters | multiply-adds | in words |\n|---|--:|--:|---|\n"
    text = legend(one.words() for one in made.values())
    return head + "\n".join(rows) + "\n\n" + textwrap.fill(f"{text}.", 127)


def _network_row(name: str, architecture) -> str:
    cost, words = architecture.cost(), architecture.words().replace("|", "\\|")
    return f"| {name} | {cost.parameters:,} | {cost.multiply_adds / 1e6:.1f} M | `{words}` |"


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")

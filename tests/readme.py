"""The parts of the READMEs that follow from the code: `python -m tests.readme` writes them anew.

Each command's options come from its parser, the map of the code from the imports, the reference networks from their
costs. A generated part stands between `<!-- name -->` and `<!-- end of name -->`.
"""

import argparse
import ast
import importlib
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from spaces.notation import legend
from spaces.reference import REFERENCES

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PACKAGES = ("search", "spaces", "mlflow_runs")

COMMANDS = (
    "search.run",
    "search.front",
    "search.ui",
    "search.export",
    "search.compare",
    "search.overlay",
    "search.sync",
    "search.replay",
)

LINE = 120  # characters


def generated() -> dict[Path, dict[str, Callable[[], str]]]:
    """README to the parts of it that are generated: name to the function that writes the part."""
    return {
        README: {"map": code_map},
        ROOT / "search" / "README.md": {"options": options},
        ROOT / "spaces" / "README.md": {"networks": networks},
    }


def written(readme: Path) -> str:
    """The text of a README with its generated parts as they should be.

    Raises:
        ValueError: If a part has no place in the README.
    """
    text = readme.read_text(encoding="utf-8")
    for name, part in generated()[readme].items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, mark, after = rest.partition(end)
        if not mark:
            raise ValueError(f"{readme} has no {begin} ... {end}")
        text = f"{before}{begin}\n\n{part()}\n\n{end}{after}"
    return text


def options() -> str:
    """A table of options for each command."""
    return "\n\n".join(_table(command) for command in COMMANDS)


def _table(command: str) -> str:
    parser = importlib.import_module(command).parser()
    rows = [_row(action) for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    head = f"### {command}\n\n`python -m {command}`: {parser.description}\n\n| option | default | |\n|---|---|---|\n"
    return head + "\n".join(rows)


def _row(action: argparse.Action) -> str:
    if not action.option_strings:
        name = action.metavar or action.dest
    elif action.nargs == 0:
        name = action.option_strings[0]
    else:
        name = " ".join([action.option_strings[0], *([action.metavar] if action.metavar else [])])
    text = " ".join((action.help or "").split())
    if action.choices and not all(str(choice) in text for choice in action.choices):
        text = f"{', '.join(map(str, action.choices))}: {text}"
    return f"| `{_cell(name)}` | {_default(action)} | {_cell(text)} |"


def _cell(text: str) -> str:
    """Text without the bar that separates the cells of a table."""
    return text.replace("|", " or ")


def _default(action: argparse.Action) -> str:
    if action.nargs == 0 or action.default is None:
        return "required" if action.required and action.option_strings else ""
    values = action.default if isinstance(action.default, list) else [action.default]
    return f"`{' '.join(map(str, values))}`"


def code_map() -> str:
    """Which folder imports which, as a Mermaid chart: an arrow that others imply is left out."""
    arrows = set(_arrows())
    drawn = sorted(arrow for arrow in arrows if not _is_implied(arrow, arrows))
    lines = ['    search["search: the commands"]', *(f"    {source} --> {target}" for source, target in drawn)]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"])


def _arrows() -> Iterator[tuple[str, str]]:
    """(folder, folder) for each import between two of them.

    No arrow leads to a module that lies beside the commands, such as `search.errors`: it is there for every folder.
    """
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        if path.name.startswith("__"):
            continue
        source = _node(path.parent.relative_to(ROOT).parts)
        for module in _imported(path):
            target = _node(_folder(module)) if module.split(".")[0] in PACKAGES else source
            if target not in (source, "search"):
                yield source, target


def _imported(path: Path) -> Iterator[str]:
    """Names of the modules that a file imports, inside functions too; of `from a import b` it is `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _folder(name: str) -> tuple[str, ...]:
    """The parts of a dotted name that are folders."""
    parts = tuple(name.split("."))
    return next(parts[:end] for end in range(len(parts), 0, -1) if ROOT.joinpath(*parts[:end]).is_dir())


def _node(folder: tuple[str, ...]) -> str:
    """The first two levels of `search`, the first of the others."""
    return "/".join(folder[:2]) if folder[0] == "search" else folder[0]


def _is_implied(arrow: tuple[str, str], arrows: set[tuple[str, str]]) -> bool:
    """Whether other arrows lead from the arrow's start to its end."""
    source, target = arrow
    reached: set[str] = set()
    waiting = [end for start, end in arrows if start == source and end != target]
    while waiting:
        folder = waiting.pop()
        if folder not in reached:
            reached.add(folder)
            waiting += [end for start, end in arrows if start == folder]
    return target in reached


def networks() -> str:
    """The reference networks, their costs and their notation, and what the marks of the notation mean."""
    architectures = {name: make() for name, make in REFERENCES.items()}
    rows = [_network_row(name, architecture) for name, architecture in architectures.items()]
    head = "| network | parameters | multiply-adds | notation |\n|---|--:|--:|---|\n"
    text = legend(architecture.words() for architecture in architectures.values())
    return head + "\n".join(rows) + "\n\n" + textwrap.fill(f"{text}.", LINE)


def _network_row(name: str, architecture) -> str:
    cost, words = architecture.cost(), architecture.words().replace("|", "\\|")
    return f"| {name} | {cost.parameters:,} | {cost.multiply_adds / 1e6:.1f} M | `{words}` |"


if __name__ == "__main__":
    for readme in generated():
        readme.write_text(written(readme), encoding="utf-8")

"""The parts of the README that follow from the code: `python -m tests.readme` writes them anew.

Every command's options come from its parser, the map of the code from the imports.
"""

import argparse
import importlib
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

COMMANDS = (
    "search.run",
    "search.front",
    "search.export",
    "search.compare",
    "search.replay",
    "mlflow_runs.ui",
    "mlflow_runs.compare",
)


def parts() -> dict[str, str]:
    """What stands between `<!-- NAME -->` and `<!-- end of NAME -->`, by name."""
    return {"options": options(), "map": code_map()}


def written(text: str) -> str:
    """The README's text with its generated parts as they should be."""
    for name, part in parts().items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
        assert pattern.search(text), f"the README has no {begin}"
        text = pattern.sub(lambda _, part=part, ends=(begin, end): f"{ends[0]}\n\n{part}\n{ends[1]}", text)
    return text


def options() -> str:
    """A table of flags for each command."""
    return "\n".join(_table(command) for command in COMMANDS)


def _table(command: str) -> str:
    parser = importlib.import_module(command).parser()
    rows = [_row(action) for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    return "\n".join(
        [f"`python -m {command}`: {parser.description}\n", "| option | default | |", "|---|---|---|", *rows, ""]
    )


def _row(action: argparse.Action) -> str:
    name = action.option_strings[0] if action.option_strings else action.metavar or action.dest
    values = action.metavar or ("\\|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    shown = name if action.nargs == 0 or not action.option_strings else f"{name} {values}"
    text = " ".join((action.help or "").split()).replace("|", "\\|")
    return f"| `{shown}` | {_default(action)} | {text} |"


def _default(action: argparse.Action) -> str:
    if action.nargs == 0 or action.default is None:
        return "required" if action.required else ""
    values = action.default if isinstance(action.default, list) else [action.default]
    return f"`{' '.join(map(str, values))}`"


PACKAGES = (
    "search",
    "search.workers",
    "search.comparison",
    "search.delivery",
    "search.devices",
    "search.display",
    "search.found",
    "search.optimizer",
    "search.training",
    "spaces",
    "mlflow_runs",
)


def code_map() -> str:
    """Which part imports which, as a Mermaid chart; errors and flags, which all share, left out."""
    arrows = sorted({arrow for package in PACKAGES for arrow in _arrows(package)})
    lines = [f"    {_node(source)} --> {_node(target)}" for source, target in arrows]
    names = [f'    {_node(package)}["{_title(package)}"]' for package in PACKAGES if _files(package)]
    return "\n".join(["```mermaid", "flowchart TD", *names, *lines, "```", ""])

"""What modules of this program import, directly and through others: read from their source."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("search", "spaces", "mlflow_runs")


def module_names(root: Path) -> dict[str, Path]:
    """Every module of the program below a folder: dotted name to file; a package is its `__init__`."""
    files = [file for package in PACKAGES for file in sorted((root / package).rglob("*.py"))]
    names = {".".join(file.relative_to(root).with_suffix("").parts): file for file in files}
    return {name.removesuffix(".__init__"): file for name, file in names.items()}


def imported(file: Path, *, at_import_time_only: bool = False) -> Iterator[str]:
    """Dotted names that a file imports; of `from a import b` both `a` and `a.b`.

    Args:
        file: Of Python.
        at_import_time_only: Leave out what functions import when they are called.
    """
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in _at_import_time(tree) if at_import_time_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide where a thing lives"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _at_import_time(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when a module is imported: not those in functions, nor those for type checkers alone."""
    for child in ast.iter_child_nodes(node):
        is_for_checkers = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not is_for_checkers:
            yield child
            yield from _at_import_time(child)


def chains(start: str, *, root: Path = ROOT) -> dict[str, tuple[str, ...]]:
    """Everything that a module reaches, our modules and those of others: name to the chain of imports that leads there.

    A package's `__init__` and `spaces` are followed as far as they go at import time: the first offers names that are
    imported on demand, and the networks of the second import Keras when somebody builds them. All others are followed
    into their functions, too.

    Args:
        start: Dotted name.
        root: The folder that holds the packages.
    """
    files = module_names(root)
    reached: dict[str, tuple[str, ...]] = {start: (start,)}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        lazy = files[name].name == "__init__.py" or name.split(".")[0] == "spaces"
        for target in imported(files[name], at_import_time_only=lazy):
            if target not in reached and not _is_attribute(target, files):
                reached[target] = (*reached[name], target)
                if target in files:
                    waiting.append(target)
    return reached


def _is_attribute(name: str, files: dict[str, Path]) -> bool:
    """Whether a name within our packages is no module, but something in one."""
    return name.split(".")[0] in PACKAGES and name not in files

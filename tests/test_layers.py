"""The three floors of the program, and that commands answer at once: read from the source and the clock."""

import ast
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme import COMMANDS

ROOT = Path(__file__).parent.parent

FORBIDDEN = {
    "spaces": {"search", "mlflow_runs", "optuna", "mlflow"},
    "mlflow_runs": {"search", "spaces", "optuna", "keras", "tensorflow"},
    "search/optimizer": {
        "keras",
        "tensorflow",
        "keras_tuner",
        "mlflow",
        "mlflow_runs",
        "search.training",
        "search.workers",
    },
    "search/training": {"optuna", "mlflow", "mlflow_runs", "search.optimizer", "search.workers", "search.devices"},
    "search/devices": {"optuna", "mlflow", "mlflow_runs", "search.optimizer", "search.workers", "search.exporting"},
    "search/delivery": {"search.comparison"},
    "search/workers": {"mlflow", "mlflow_runs"},
}
HEAVY = {"keras", "tensorflow", "keras_tuner", "mlflow", "ray", "matplotlib", "plotly", "sklearn", "PIL", "plotext"}


def imported(path, *, top_level_only=False):
    tree = ast.parse(path.read_text())
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a thing lives"
            yield node.module


def is_within(module, package):
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_arrows_point_down(folder):
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    for path in files:
        for module in imported(path):
            broken = [package for package in FORBIDDEN[folder] if is_within(module, package)]
            assert not broken, f"{path.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("folder", ["search", "spaces", "mlflow_runs"])
def test_heavy_imports_happen_inside_functions(folder):
    for path in sorted((ROOT / folder).rglob("*.py")):
        heavy = {module.split(".")[0] for module in imported(path, top_level_only=True)} & HEAVY
        assert not heavy, f"{path.relative_to(ROOT)} imports {heavy} at its top"


def test_the_top_level_holds_what_it_should():
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    expected = {"search", "spaces", "mlflow_runs", "tests", "pyproject.toml", "README.md"}
    assert expected <= names
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    assert {name.split("/")[0] for name in tracked if name and not name.startswith(".")} <= expected


@pytest.mark.parametrize("command", COMMANDS)
def test_help_answers_in_half_a_second(command):
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # The processor's time: what a person waits on a machine that does nothing else.
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert done.stdout.startswith("usage:")
    assert statistics.median(seconds) < 0.5

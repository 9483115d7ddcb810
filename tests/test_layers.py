"""The layers of the program: who may import whom, however many modules are in between. Read from the source."""

import resource
import subprocess
import sys

import pytest

from tests.imports import PACKAGES, ROOT, chains, imported, module_names
from tests.readme import COMMANDS

KERAS = ("keras", "tensorflow", "keras_tuner")
COMMANDS_AND_WHAT_THEY_DO = (
    *COMMANDS,
    *(f"search.{room}" for room in "cli running exporting comparison replaying benchmarking display results".split()),
)

FORBIDDEN = {
    "spaces": ("search", "mlflow_runs", "optuna", "mlflow"),
    "mlflow_runs": ("search", "spaces", "optuna", *KERAS),
    "search.optimizer": (
        *KERAS,
        "mlflow",
        "mlflow_runs",
        "search.training",
        "search.workers",
        "search.devices",
        *COMMANDS_AND_WHAT_THEY_DO,
    ),
    "search.optimizer.gp": tuple(f"search.optimizer.{room}" for room in ("networks", "trials", "sampler", "study")),
    "search.optimizer.networks": tuple(f"search.optimizer.{room}" for room in ("trials", "sampler", "study")),
    "search.optimizer.trials": tuple(f"search.optimizer.{room}" for room in ("sampler", "study")),
    "search.optimizer.sampler": ("search.optimizer.study", "search.optimizer.define_by_run"),
    "search.optimizer.define_by_run": ("search.optimizer.study",),
    "search.training": (
        "optuna",
        "mlflow",
        "mlflow_runs",
        "search.optimizer",
        "search.workers",
        "search.devices",
        *COMMANDS_AND_WHAT_THEY_DO,
    ),
    "search.devices": (
        "optuna",
        "mlflow",
        "mlflow_runs",
        "search.optimizer",
        "search.workers",
        *COMMANDS_AND_WHAT_THEY_DO,
    ),
    "search.workers": ("mlflow", "mlflow_runs", *COMMANDS_AND_WHAT_THEY_DO),
    "search.exporting": ("search.comparison",),
}
"""Package to what none of its modules may reach, directly or through others."""

HEAVY = {"keras", "tensorflow", "keras_tuner", "mlflow", "ray", "matplotlib", "plotly", "sklearn", "PIL", "plotext"}


def is_within(module, package):
    return module == package or module.startswith(f"{package}.")


def violations(package, *, root=ROOT):
    """Chains of imports from a module of a package to one that it may not reach."""
    modules = [name for name in module_names(root) if is_within(name, package)]
    assert modules
    return [
        " -> ".join(chain)
        for module in modules
        for target, chain in chains(module, root=root).items()
        if any(is_within(target, forbidden) for forbidden in FORBIDDEN[package])
    ]


@pytest.mark.parametrize("package", FORBIDDEN)
def test_arrows_point_down(package):
    assert violations(package) == []


def test_the_gaussian_process_knows_no_trial_of_optuna():
    for name, file in module_names(ROOT).items():
        if is_within(name, "search.optimizer.gp"):
            optuna = {module for module in imported(file) if is_within(module, "optuna")}
            assert all(is_within(module, "optuna.distributions") for module in optuna - {"optuna"}), name


def written(folder, **sources):
    """A small program of the same packages: dotted name, with underscores for dots, to source."""
    for name in PACKAGES:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("")
    for name, source in sources.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return folder


def test_a_violation_through_a_third_module_is_seen(tmp_path):
    root = written(
        tmp_path,
        search__optimizer__gp__surrogate="from search.quantities import with_unit\n",
        search__quantities="def with_unit():\n    from mlflow_runs import names\n",
        mlflow_runs__names="import mlflow\n",
    )
    chain = "search.optimizer.gp.surrogate -> search.quantities -> mlflow_runs"
    assert chain in violations("search.optimizer", root=root)
    assert f"{chain}.names -> mlflow" in violations("search.optimizer", root=root)


def test_keras_in_what_builds_a_network_is_no_violation(tmp_path):
    root = written(
        tmp_path,
        search__optimizer__study="import spaces.network\n",
        spaces__network="def build():\n    import keras\n",
    )
    assert violations("search.optimizer", root=root) == []


def test_rooms_form_no_circle():
    """A room is a folder without folders in it, or else each module beside them."""
    files = module_names(ROOT)
    arrows = {
        (room_of(name, files), room_of(target, files))
        for name, file in files.items()
        for target in imported(file)
        if target in files and "__init__.py" not in (file.name, files[target].name)
    }
    arrows = {(start, end) for start, end in arrows if start != end}
    while leaves := {end for _, end in arrows} - {start for start, _ in arrows}:
        arrows = {(start, end) for start, end in arrows if end not in leaves}
    assert arrows == set()


def room_of(name, files):
    package = name.rpartition(".")[0]
    has_rooms = any(other.rpartition(".")[0] == package and file.name == "__init__.py" for other, file in files.items())
    return name if has_rooms else package


@pytest.mark.parametrize("package", PACKAGES)
def test_heavy_imports_happen_inside_functions(package):
    for file in sorted((ROOT / package).rglob("*.py")):
        heavy = {module.split(".")[0] for module in imported(file, at_import_time_only=True)} & HEAVY
        assert not heavy, f"{file.relative_to(ROOT)} imports {heavy} at its top"


def test_the_top_level_holds_what_it_should():
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    expected = {"search", "spaces", "mlflow_runs", "tests", "pyproject.toml", "README.md"}
    assert expected <= names
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    assert {name.split("/")[0] for name in tracked if name and not name.startswith(".")} <= expected


def test_no_file_is_long():
    files = [file for folder in (*PACKAGES, "tests") for file in (ROOT / folder).rglob("*.py")]
    assert {file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > 300} == set()


def processor_seconds(*arguments):
    """What Python takes with these arguments, on a machine that does nothing else; and what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_takes_little_more_than_importing_numpy_twice(command):
    seconds, numpy_seconds = [], []
    for _ in range(3):
        helped, text = processor_seconds("-m", command, "--help")
        seconds.append(helped)
        numpy_seconds.append(processor_seconds("-c", "import numpy")[0])
    assert text.startswith("usage:")
    assert min(seconds) < 3 * min(numpy_seconds)

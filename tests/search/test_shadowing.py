"""A file of the working folder that hides a package is named before Python imports it; others are in nobody's way."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from search.shadowing import PACKAGES

ROOT = Path(__file__).parents[2]
MARK = "open('imported', 'w').close()"


def with_file(folder, name):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(MARK)
    return folder


@pytest.mark.parametrize(
    ("file", "named", "hidden"),
    [
        ("spaces.py", "spaces.py", "the package 'spaces' of this program"),
        ("spaces/__init__.py", "spaces", "the package 'spaces' of this program"),
        ("mlflow_runs/__init__.py", "mlflow_runs", "the package 'mlflow_runs' of this program"),
        ("random.py", "random.py", "Python's own module 'random'"),
        ("statistics/__init__.py", "statistics", "Python's own module 'statistics'"),
        ("optuna.py", "optuna.py", "the installed package 'optuna'"),
        ("tensorflow/__init__.py", "tensorflow", "the installed package 'tensorflow'"),
        ("requests.py", "requests.py", "the installed package 'requests'"),
    ],
)
def test_a_file_that_hides_a_package_is_named_and_not_imported(command, tmp_path, file, named, hidden):
    done = command("search.front", folder=with_file(tmp_path, file))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == (
        f"error: {tmp_path / named} is in the way of {hidden}: Python imports it in its place. "
        "Rename it, run the command in another folder, or run it with python -P -m.\n"
    )
    assert not (tmp_path / "imported").exists()


@pytest.mark.parametrize(
    "file",
    ["spaces/notes.py", "tensorflow/notes.py", "search/run.txt", "profile.py", "my_nets.py", "photos/__init__.py"],
)
def test_other_files_and_folders_are_in_nobodys_way(command, tmp_path, file):
    done = command("search.front", "--help", folder=with_file(tmp_path, file))
    assert done.returncode == 0 and done.stderr == ""


@pytest.mark.parametrize("file", ["random.py", "spaces.py"])
def test_python_may_be_told_not_to_look_into_the_folder(tmp_path, file):
    done = run("-P", "-m", "search.front", "--help", folder=with_file(tmp_path, file))
    assert done.returncode == 0 and done.stderr == ""


def test_a_program_of_ones_own_gets_an_exception(tmp_path):
    code = "try:\n    import search\nexcept ImportError as error:\n    print(error)"
    done = run("-c", code, folder=with_file(tmp_path, "keras.py"))
    assert re.match(r".*keras\.py is in the way of the installed package 'keras'", done.stdout)


def test_a_script_may_lie_in_another_folder(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    with_file(tmp_path, "keras.py")
    (tmp_path / "script.py").write_text("import search")
    done = run("../script.py", folder=tmp_path / "elsewhere")
    assert "keras.py is in the way of the installed package 'keras'" in done.stderr


def test_a_library_may_put_its_own_folder_first(tmp_path):
    """Ray does so with packages of its own, and processes that are started then inherit it."""
    library = with_file(tmp_path / "library", "psutil/__init__.py")
    done = run("-c", f"import sys; sys.path.insert(0, {str(library)!r}); import search", folder=tmp_path)
    assert done.returncode == 0 and done.stderr == ""


def run(*arguments, folder):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_all_that_the_program_depends_on_is_known():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["export"], *extras["microcontroller"], *extras["cluster"]]
    required = {re.match(r"[\w-]+", line)[0] for line in lines}
    modules: dict[str, set[str]] = {name: set() for name in required}
    for module, names in packages_distributions().items():
        for name in required & set(names):
            modules[name].add(module)
    assert not [name for name, its in modules.items() if its and not its & PACKAGES]

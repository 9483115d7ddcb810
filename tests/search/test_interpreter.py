"""How a person types the running Python, and what installs an extra."""

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import search
from search.interpreter import install_command, python

PROJECT = Path(search.__file__).parents[1]


def test_python_is_named_as_a_person_would_type_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the tests may run in the folder that holds the Python
    monkeypatch.setenv("PATH", str(tmp_path))
    assert python() == sys.executable
    monkeypatch.chdir(os.path.dirname(os.path.dirname(sys.executable)))
    assert python() == os.path.join("bin", os.path.basename(sys.executable))
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    assert python() == "python"


def test_in_its_own_folder_a_shell_finds_it_too(monkeypatch):
    monkeypatch.chdir(os.path.dirname(sys.executable))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    command = f"{python()} -c 'import sys; print(sys.prefix)'"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == sys.prefix


def test_an_extra_is_installed_from_wherever_one_is(tmp_path, monkeypatch):
    for folder, source in ((PROJECT, "."), (tmp_path, str(PROJECT))):
        monkeypatch.chdir(folder)
        *_, module, install, what = shlex.split(install_command("export"))
        assert (module, install, what) == ("pip", "install", f"{source}[export]")
        project = tomllib.loads((Path(source) / "pyproject.toml").read_text())["project"]
        assert project["name"] == "pareto-cnn-search" and "export" in project["optional-dependencies"]

"""Every benchmark can be imported, explains itself with --help, and names its own command."""

import importlib
import sys
from pathlib import Path

import pytest

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
COMMANDS = [name for name in MODULES if name != "networks" and not name.startswith("test_")]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_the_command(name, monkeypatch, capsys):
    command = importlib.import_module(f"tests.benchmarks.{name}")
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as end:
        command.main()
    assert end.value.code == 0
    assert f"python -m tests.benchmarks.{name} " in capsys.readouterr().out

"""Every benchmark can be imported, explains itself with --help, and names its own command."""

import importlib
import sys
from pathlib import Path

import pytest

MODULES = sorted(Path(__file__).parent.glob("*.py"))
COMMANDS = [path.stem for path in MODULES if "\ndef main()" in path.read_text(encoding="utf-8")]


def test_there_are_commands():
    assert {"throughput", "front_over_time"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_the_command(name, monkeypatch, capsys):
    command = importlib.import_module(f"tests.benchmarks.{name}")
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as end:
        command.main()
    assert end.value.code == 0
    assert f"python -m tests.benchmarks.{name} " in capsys.readouterr().out

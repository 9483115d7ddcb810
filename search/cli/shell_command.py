"""Commands that are shown to a person, who can type them again. They hold no passwords."""

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from mlflow_runs.safe_text import redacted
from mlflow_runs.stored import store
from search.cli.command_line import DEFAULT_EXPERIMENT, DEFAULT_STORAGE, DEFAULT_TRACKING_URI


def typed(module: str, arguments: Sequence[str] | None = None) -> str:
    """A command of this program.

    Args:
        module: What `python -m` runs.
        arguments: What follows; by default those of the running command.
    """
    given = sys.argv[1:] if arguments is None else arguments
    return shlex.join([python(), "-m", module, *map(redacted, given)])


def export_of(study: str, options: Mapping[str, Any], *choice: str) -> str:
    """The command that exports a network of a study.

    Args:
        study: The study's name.
        options: By name, where its storage, MLflow and images are.
        choice: Flags that say which network.
    """
    usual = {"storage": DEFAULT_STORAGE, "tracking_uri": DEFAULT_TRACKING_URI, "data_dir": None}
    given = {name: options[name] for name, default in usual.items() if options.get(name, default) != default}
    where = [word for name, value in given.items() for word in flag(f"--{name.replace('_', '-')}", value)]
    return typed("search.export", [*flag("--study", study), *where, "--output", "exported", *choice])


def ui_command(tracking_uri: str, *, experiment: str, study: str) -> str | None:
    """The command that starts MLflow's page and opens `study` in it, as short as possible; None for a server."""
    if store.is_server(tracking_uri):
        return None
    words = flag("--study", study)
    if store.absolute(tracking_uri) != store.absolute(DEFAULT_TRACKING_URI):
        words += flag("--tracking-uri", store.absolute(tracking_uri))
    if experiment != DEFAULT_EXPERIMENT:
        words += flag("--experiment", experiment)
    return typed("search.ui", words)


def sync_command(study: str, *, storage: str, tracking_uri: str, experiment: str) -> str:
    """The command that brings MLflow up to date with a study, as short as possible."""
    given = {"--storage": (storage, DEFAULT_STORAGE), "--tracking-uri": (tracking_uri, DEFAULT_TRACKING_URI)}
    given |= {"--experiment": (experiment, DEFAULT_EXPERIMENT)}
    words = [word for name, (value, usual) in given.items() if value != usual for word in flag(name, value)]
    return typed("search.sync", [*words, *(["--", study] if study.startswith("-") else [study])])


def flag(name: str, value: str) -> list[str]:
    """A flag and its value as words of a command. A value that begins like a flag follows an equals sign."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


def python() -> str:
    """How a person types the running Python: `python` if that finds it, else its path, relative if it is below here."""
    on_path = shutil.which("python")
    if on_path and os.path.samefile(os.path.dirname(on_path), os.path.dirname(sys.executable)):
        return "python"
    relative = os.path.relpath(sys.executable)
    return sys.executable if relative.startswith(os.pardir) else relative

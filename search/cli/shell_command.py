"""Commands of this program that a person can copy and run again. They contain no passwords."""

import re
import shlex
import sys
from collections.abc import Sequence

from mlflow_runs.safe_text import redacted
from mlflow_runs.stored import store
from mlflow_runs.stored.sqlite_url import PREFIX
from search.cli.location import DEFAULT_EXPERIMENT, DEFAULT_STORAGE, DEFAULT_TRACKING_URI, StudyLocation
from search.interpreter import python


def python_command(module: str, arguments: Sequence[str] | None = None) -> str:
    """A command of this program.

    Args:
        module: The module after `python -m`.
        arguments: What follows it; by default the arguments of the running command.
    """
    words = sys.argv[1:] if arguments is None else arguments
    return shlex.join([python(), "-m", module, *map(_without_password, words)])


def without_passwords(command: str) -> str:
    """A command as it is stored and shown."""
    return re.sub(r"\S+", lambda word: _without_password(word[0]), command)


def _without_password(word: str) -> str:
    """An argument as it is shown. Only the URL of a server can hold a password: a name or a file may look as if."""
    return redacted(word) if "://" in word and PREFIX not in word else word


def export_command(study: str, *choice: str, location: StudyLocation) -> str:
    """The command that exports a network of a study, as short as possible.

    Args:
        study: The study's name.
        choice: Arguments that say which network.
        location: Where the study is kept.
    """
    usual, words = StudyLocation(), flag("--study", study)
    for name in ("storage", "tracking_uri", "experiment", "dataset", "data_dir"):
        value = getattr(location, name)
        if value != getattr(usual, name):
            words += flag(f"--{name.replace('_', '-')}", value)
    return python_command("search.export", [*words, "--output", "exported", *choice])


def ui_command(tracking_uri: str, *, experiment: str, study: str | None = None) -> str | None:
    """The command that starts MLflow's page and opens `study` in it, as short as possible; None for a server.

    Without a study it opens the one last active.
    """
    if store.is_server(tracking_uri):
        return None
    words = [] if study is None else flag("--study", study)
    if store.absolute(tracking_uri) != store.absolute(DEFAULT_TRACKING_URI):
        words += flag("--tracking-uri", store.absolute(tracking_uri))
    if experiment != DEFAULT_EXPERIMENT:
        words += flag("--experiment", experiment)
    return python_command("search.ui", words)


def sync_command(study: str, *, storage: str, tracking_uri: str, experiment: str) -> str:
    """The command that brings MLflow up to date with a study, as short as possible."""
    given = {"--storage": (storage, DEFAULT_STORAGE), "--tracking-uri": (tracking_uri, DEFAULT_TRACKING_URI)}
    given |= {"--experiment": (experiment, DEFAULT_EXPERIMENT)}
    words = [word for name, (value, usual) in given.items() if value != usual for word in flag(name, value)]
    return python_command("search.sync", [*words, *(["--", study] if study.startswith("-") else [study])])


def flag(name: str, value: str) -> list[str]:
    """A flag and its value as words of a command. A value that begins like a flag follows an equals sign."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]

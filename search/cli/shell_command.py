"""Commands to be shown to a person and typed again, without the passwords in them."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from mlflow_runs.page.address import flag, python
from mlflow_runs.safe_text import redacted
from search.cli.command_line import DEFAULT_STORAGE, DEFAULT_TRACKING_URI


def typed(module: str, arguments: Sequence[str] | None = None) -> str:
    """A command of this program.

    Args:
        module: What `python -m` runs.
        arguments: What follows; by default those of the running command.
    """
    given = sys.argv[1:] if arguments is None else arguments
    return shlex.join([python(), "-m", module, *map(redacted, given)])


def export_of(study: str, options: Mapping[str, Any], *choice: str) -> str:
    """The command that takes a network of a study home.

    Args:
        study: The study's name.
        options: By name, where its storage, MLflow and images are.
        choice: Flags that say which network.
    """
    usual = {"storage": DEFAULT_STORAGE, "tracking_uri": DEFAULT_TRACKING_URI, "data_dir": None}
    given = {name: options[name] for name, default in usual.items() if options.get(name, default) != default}
    where = [word for name, value in given.items() for word in flag(f"--{name.replace('_', '-')}", value)]
    return typed("search.export", [*flag("--study", study), *where, "--output", "exported", *choice])

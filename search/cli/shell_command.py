"""Commands of this program that a person can copy and run again. They contain no passwords."""

import shlex
import sys
from collections.abc import Sequence

from mlflow_runs.page.address import flag, python
from mlflow_runs.safe_text import redacted
from search.cli.location import StudyLocation


def python_command(module: str, arguments: Sequence[str] | None = None) -> str:
    """A command of this program.

    Args:
        module: The module after `python -m`.
        arguments: What follows it; by default the arguments of the running command.
    """
    words = sys.argv[1:] if arguments is None else arguments
    return shlex.join([python(), "-m", module, *map(redacted, words)])


def export_command(study: str, *choice: str, location: StudyLocation) -> str:
    """The command that exports a network of a study, as short as possible.

    Args:
        study: The study's name.
        choice: Arguments that say which network.
        location: Where the study is kept.
    """
    usual, words = StudyLocation(), flag("--study", study)
    for name in ("storage", "tracking_uri", "data_dir"):
        value = getattr(location, name)
        if value != getattr(usual, name):
            words += flag(f"--{name.replace('_', '-')}", value)
    return python_command("search.export", [*words, "--output", "exported", *choice])

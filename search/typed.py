"""The command that a person typed, to be shown and typed again."""

import shlex
import sys

from mlflow_runs.address import python
from mlflow_runs.safe_text import redacted


def typed(module: str) -> str:
    """The running command, without the passwords in it; `module` is what `python -m` runs."""
    return shlex.join([python(), "-m", module, *map(redacted, sys.argv[1:])])

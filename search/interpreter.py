"""The running Python, as a person types it in the current folder, and what else it needs installed."""

import os
import shlex
import shutil
import sys
from pathlib import Path

_PROJECT = Path(__file__).parents[1]
_DISTRIBUTION = "pareto-cnn-search"


def python() -> str:
    """`python` if that finds it, else its path, relative if it is below the current folder. Not quoted."""
    on_path = shutil.which("python")
    if on_path and os.path.samefile(os.path.dirname(on_path), os.path.dirname(sys.executable)):
        return "python"
    relative = os.path.relpath(sys.executable)
    if relative.startswith(os.pardir):
        return sys.executable
    return relative if os.sep in relative else os.path.join(os.curdir, relative)


def install_command(extra: str) -> str:
    """The command that installs an extra of this program, from its own folder where there is one."""
    has_project = (_PROJECT / "pyproject.toml").is_file()
    is_here = has_project and Path.cwd() == _PROJECT
    source = "." if is_here else str(_PROJECT) if has_project else _DISTRIBUTION
    return shlex.join([python(), "-m", "pip", "install", f"{source}[{extra}]"])

"""Where a study is kept. This package knows nobody who keeps one: whoever does says so by an entry point."""

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Protocol

from mlflow_runs.errors import MirrorError
from mlflow_runs.records import StudyRecord

GROUP = "mlflow_runs.studies"
"""Entry points that are called with a storage's URL and a study's name, or None for its only one."""


class StudySource(Protocol):
    """A study where it is kept. Only `take_turn`, `leave_turn` and `end_orphans` write there."""

    name: str

    def take_turn(self) -> bool:
        """Whether it is this process's turn to write the study into MLflow, which it then is until `leave_turn`."""

    def leave_turn(self) -> None:
        """Let another process have its turn."""

    def orphans(self) -> Sequence[int]:
        """Numbers of the trials that a process left open which is gone."""

    def end_orphans(self) -> None:
        """End those, as a search would that continues."""

    def record(self) -> StudyRecord:
        """The study as it stands, read anew."""


def open_source(storage: str, study: str | None) -> StudySource:
    """A study that is kept somewhere.

    Args:
        storage: The URL of what keeps it.
        study: Its name; may be left out where there is only one.
    Raises:
        MirrorError: If there is none, or nobody here can open it.
    """
    found = next(iter(entry_points(group=GROUP)), None)
    if found is None:
        raise MirrorError(
            "nothing that is installed here can open a study. Install this program, in its folder: "
            "python -m pip install --editable ."
        )
    return found.load()(storage, study)

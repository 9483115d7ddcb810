"""MLflow and the dashboard's notes beside a running search: kept up to date, and never in its way."""

import time
from collections.abc import Callable, Mapping

from mlflow_runs.address import Address
from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from search.found.notes import Notes
from search.found.record import StudyRecorder
from search.optimizer.study import SearchStudy
from search.running.mirror_turn import MirrorTurn

SECONDS_BETWEEN_TRIES = 30.0
"""How often an MLflow that does not answer is tried again, or whose turn it is looked at."""


class Mirroring:
    """Writes a study where people look, if no other search does it already.

    Args:
        study: The study.
        store: `tracking_uri` and `experiment`, as `Mirror` takes them.
        say: Tells a person.
        catch_up: The command that brings MLflow up to date when the search has ended.
    """

    def __init__(
        self,
        study: SearchStudy,
        *,
        store: Mapping[str, str],
        say: Callable[[str], None],
        catch_up: str,
    ) -> None:
        self._study, self._store, self._say, self._catch_up = study, store, say, catch_up
        self._recorder = StudyRecorder(study)
        self._notes = Notes(study.optuna_study)
        self._turn = MirrorTurn(study.optuna_study)
        self._mirror: Mirror | None = None  # whose memory of what is written holds while the turn is ours
        self._address: Address | None = None
        self._behind = True
        self._trouble = ""
        self._again = 0.0  # on the monotonic clock

    def begin(self) -> None:
        """Write the study as it stands. Trouble with MLflow is a mistake to be told now; later it stops nothing.

        Raises:
            MirrorError: If MLflow can't be written.
        """
        if self._is_our_turn():
            self._update("RUNNING")
            return
        elsewhere = Mirror(**self._store)
        elsewhere.look(self._study.name)
        self._address = elsewhere.address()

    def hear(self) -> None:
        """Something has happened that is to be seen."""
        self._behind = True

    def catch_up(self) -> None:
        """Write what has happened since, unless there is nothing or MLflow needs time."""
        if self._behind and time.monotonic() >= self._again:
            self._try("RUNNING")

    def end(self, state: str) -> None:
        """Write the last state, FINISHED or INTERRUPTED."""
        self._try(state)
        self._turn.leave()
        if self._trouble:
            self._say(f"MLflow is behind. To bring it up to date:\n  {self._catch_up}")

    def address(self) -> Address | None:
        """Where the study is seen; None before MLflow was first reached."""
        return self._address

    def _try(self, state: str) -> None:
        """Where MLflow can't be written the search goes on, and the next call catches up."""
        try:
            if self._is_our_turn():
                self._update(state)
            else:
                self._again = time.monotonic() + SECONDS_BETWEEN_TRIES
        except MirrorError as error:
            if str(error) != self._trouble:
                self._say(f"MLflow is behind and will be caught up: {error}")
            self._trouble = str(error)
            self._again = time.monotonic() + SECONDS_BETWEEN_TRIES

    def _is_our_turn(self) -> bool:
        mine = self._turn.take()
        if not mine:
            self._mirror = None
        elif self._mirror is None:
            self._mirror = Mirror(**self._store)
        return mine

    def _update(self, state: str) -> None:
        record = self._recorder.record(state=state)
        self._notes.update(record)
        self._mirror.update(record)
        self._address = self._mirror.address()
        self._behind, self._trouble = False, ""

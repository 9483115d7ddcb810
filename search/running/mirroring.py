"""MLflow and the dashboard's notes beside a running search: kept up to date, and never in its way."""

import time
from collections.abc import Callable, Mapping
from threading import Thread

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.page.address import Address
from mlflow_runs.records import StudyRecord
from search.optimizer.study.study import SearchStudy
from search.results.dashboard_notes import DashboardNotes
from search.results.record import StudyRecorder
from search.running.mirror_turn import MirrorTurn

SECONDS_BETWEEN_TRIES = 30.0
"""How often an MLflow that does not answer is tried again, or whose turn it is looked at."""

SECONDS_AT_THE_END = {"FINISHED": 30.0, "INTERRUPTED": 3.0}
"""How long a search that ends waits for an MLflow that is slow: whoever stops it expects it to stop."""


class Mirroring:
    """Writes a study where people look, if no other search does it already.

    MLflow is written beside the search, in a thread: a server that hangs must not keep a worker waiting for its next
    network.

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
        self._notes = DashboardNotes(study.optuna_study)
        self._turn = MirrorTurn(study.optuna_study)
        self._mirror: Mirror | None = None  # whose memory of what is written holds while the turn is ours
        self._writing: _Writing | None = None
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
            self._start("RUNNING").wait()
            self._settle()
            return
        elsewhere = Mirror(**self._store)
        elsewhere.look(self._study.name)
        self._address = elsewhere.address()

    def hear(self) -> None:
        """Something has happened that is to be seen."""
        self._behind = True

    def catch_up(self) -> None:
        """Begin to write what has happened since, unless there is nothing, or MLflow needs time."""
        self._hear_of_the_last()
        if self._writing is None and self._behind and time.monotonic() >= self._again:
            self._try("RUNNING")

    def end(self, state: str) -> None:
        """Write the last state, FINISHED or INTERRUPTED; an MLflow that is not done soon stays behind."""
        until = time.monotonic() + SECONDS_AT_THE_END[state]
        self._wait(until)
        if self._writing is None:
            self._try(state)
            self._wait(until)
        if self._writing is not None:
            self._complain("it has not answered yet")
        self._turn.leave()
        if self._trouble:
            self._say(f"MLflow is behind. To bring it up to date:\n  {self._catch_up}")

    def address(self) -> Address | None:
        """Where the study is seen; None before MLflow was first reached."""
        return self._address

    def _try(self, state: str) -> None:
        try:
            if self._is_our_turn():
                self._start(state)
            else:
                self._again = time.monotonic() + SECONDS_BETWEEN_TRIES
        except MirrorError as error:
            self._complain(str(error))

    def _is_our_turn(self) -> bool:
        mine = self._turn.take()
        if not mine:
            self._mirror = None
        elif self._mirror is None:
            self._mirror = Mirror(**self._store)
        return mine

    def _start(self, state: str) -> "_Writing":
        record = self._recorder.record(state=state)
        self._notes.update(record)
        self._behind = False
        self._writing = _Writing(self._mirror, record)
        return self._writing

    def _wait(self, until: float) -> None:
        if self._writing is not None:
            self._writing.wait(until - time.monotonic())
            self._hear_of_the_last()

    def _hear_of_the_last(self) -> None:
        """Where MLflow can't be written the search goes on, and another call catches up."""
        if self._writing is not None and self._writing.is_over:
            try:
                self._settle()
            except MirrorError as error:
                self._complain(str(error))

    def _settle(self) -> None:
        writing, self._writing = self._writing, None
        self._behind = self._behind or writing.error is not None
        if writing.error is not None:
            raise writing.error
        self._address, self._trouble = self._mirror.address(), ""

    def _complain(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._say(f"MLflow is behind and will be caught up: {trouble}")
        self._trouble = trouble
        self._again = time.monotonic() + SECONDS_BETWEEN_TRIES


class _Writing(Thread):
    """One update of MLflow, begun at once. It does not keep a process alive.

    Attributes:
        error: What it ended with; None while it goes on, and after a success.
    """

    def __init__(self, mirror: Mirror, record: StudyRecord) -> None:
        super().__init__(daemon=True)
        self._mirror, self._record = mirror, record
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._mirror.update(self._record)
        except Exception as error:  # It is told to whoever waits.
            self.error = error

    @property
    def is_over(self) -> bool:
        return not self.is_alive()

    def wait(self, seconds: float | None = None) -> None:
        self.join(None if seconds is None else max(0.0, seconds))

"""Keeps MLflow and optuna-dashboard's notes up to date beside a running search, and never delays it."""

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
"""How long to wait before an MLflow that did not answer is tried again, or another search's turn is checked again."""

SECONDS_AT_THE_END = {"FINISHED": 30.0, "INTERRUPTED": 3.0}
"""How long a search that ends waits for a slow MLflow. Somebody who stops a search expects it to stop."""


class Mirroring:
    """Writes a study into MLflow, unless another search does.

    MLflow is written in a thread, because a server that hangs must not keep a worker waiting for its next network.

    Args:
        study: The study.
        store: `tracking_uri` and `experiment`, as `Mirror` takes them.
        say: Prints for a person.
        sync_command: The command that brings MLflow up to date after the search.
        mirror: Makes what writes into MLflow.
    """

    def __init__(
        self,
        study: SearchStudy,
        *,
        store: Mapping[str, str],
        say: Callable[[str], None],
        sync_command: str,
        mirror: Callable[..., Mirror] = Mirror,
    ) -> None:
        self._study, self._store, self._say, self._sync_command = study, store, say, sync_command
        self._new_mirror = mirror
        self._recorder = StudyRecorder(study)
        self._notes = DashboardNotes(study.optuna_study)
        self._turn = MirrorTurn(study.optuna_study)
        self._mirror: Mirror | None = None  # None while it is another search's turn
        self._update: _Update | None = None
        self._address: Address | None = None
        self._is_behind = True
        self._last_failure = ""
        self._next_try = 0.0  # on the monotonic clock

    def begin(self) -> None:
        """Write the study as it stands. An MLflow that can't be written is an error now; later it stops nothing.

        Raises:
            MirrorError: If MLflow can't be written.
        """
        if self._is_our_turn():
            self._start("RUNNING").wait()
            self._settle()
            return
        mirror = self._new_mirror(**self._store)
        mirror.locate(self._study.name)
        self._address = mirror.address()

    def notify(self) -> None:
        """Something has happened that MLflow should show."""
        self._is_behind = True

    def catch_up(self) -> None:
        """Begin to write what has happened. Does nothing while MLflow is still being written."""
        self._settle_if_over()
        if self._update is None and self._is_behind and time.monotonic() >= self._next_try:
            self._try("RUNNING")

    def end(self, state: str) -> None:
        """Write the last state, FINISHED or INTERRUPTED. An MLflow that is too slow stays behind."""
        deadline = time.monotonic() + SECONDS_AT_THE_END[state]
        self._wait(deadline)
        if self._update is None:
            self._try(state)
            self._wait(deadline)
        if self._update is not None:
            self._report("it has not answered yet")
        self._turn.leave()
        if self._last_failure:
            self._say(f"MLflow is behind. To bring it up to date:\n  {self._sync_command}")

    def address(self) -> Address | None:
        """Where the study is seen; None before MLflow was first reached."""
        return self._address

    def _try(self, state: str) -> None:
        try:
            if self._is_our_turn():
                self._start(state)
            else:
                self._next_try = time.monotonic() + SECONDS_BETWEEN_TRIES
        except MirrorError as error:
            self._report(str(error))

    def _is_our_turn(self) -> bool:
        """Whether it is our turn. A mirror remembers what it wrote, so after another's turn a new one is made."""
        is_ours = self._turn.take()
        if not is_ours:
            self._mirror = None
        elif self._mirror is None:
            self._mirror = self._new_mirror(**self._store)
        return is_ours

    def _start(self, state: str) -> "_Update":
        record = self._recorder.record(state=state)
        self._notes.update(record)
        self._is_behind = False
        self._update = _Update(self._mirror, record)
        return self._update

    def _wait(self, deadline: float) -> None:
        if self._update is not None:
            self._update.wait(deadline - time.monotonic())
            self._settle_if_over()

    def _settle_if_over(self) -> None:
        """End an update that is over. If MLflow could not be written, the search goes on and catches up later."""
        if self._update is not None and self._update.is_over:
            try:
                self._settle()
            except MirrorError as error:
                self._report(str(error))

    def _settle(self) -> None:
        update, self._update = self._update, None
        self._is_behind = self._is_behind or update.error is not None
        if update.error is not None:
            raise update.error
        self._address, self._last_failure = self._mirror.address(), ""

    def _report(self, failure: str) -> None:
        if failure != self._last_failure:
            self._say(f"MLflow is behind and will be brought up to date: {failure}")
        self._last_failure = failure
        self._next_try = time.monotonic() + SECONDS_BETWEEN_TRIES


class _Update(Thread):
    """One update of MLflow. It begins at once and does not keep a process alive.

    Attributes:
        error: What it ended with; None while it runs, and after a success.
    """

    def __init__(self, mirror: Mirror, record: StudyRecord) -> None:
        super().__init__(daemon=True)
        self._mirror, self._record = mirror, record
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._mirror.update(self._record)
        except Exception as error:  # whoever waits raises it
            self.error = error

    @property
    def is_over(self) -> bool:
        return not self.is_alive()

    def wait(self, seconds: float | None = None) -> None:
        self.join(None if seconds is None else max(0.0, seconds))

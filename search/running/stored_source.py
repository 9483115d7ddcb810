"""A stored study as a source for MLflow, after its search or beside it."""

from optuna.trial import TrialState

from mlflow_runs.records import StudyRecord
from search.cli.shell_command import export_command
from search.cli.storage import stored_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials import transitions
from search.optimizer.trials.records import reached
from search.results.display_settings import display_settings_of
from search.results.record import StudyRecorder
from search.results.study_location import location_of
from search.running.mirror_turn import MirrorTurn


class StoredSource:
    """A study in Optuna's storage. Only `take_turn`, `leave_turn` and `end_orphans` write there.

    Args:
        storage: The URL of Optuna's storage, which must exist.
        study: The study's name. It may be left out if there is only one.
    Raises:
        SearchError: If there is none.
    """

    def __init__(self, storage: str, study: str | None) -> None:
        self._study = stored_study(storage, study)
        self._stored = self._study.optuna_study
        self._turn = MirrorTurn(self._stored)
        self.name = self._study.name
        has_display_settings = attr.DISPLAY_SETTINGS in self._stored.user_attrs
        location = location_of(self._study, storage=storage)
        export = "" if has_display_settings else export_command(self.name, "--trial", location=location)
        self._recorder = StudyRecorder(self._study, export=export)

    def take_turn(self) -> bool:
        """Whether this process may write the study into MLflow, until `leave_turn`. It may not while a search does."""
        return self._turn.take()

    def leave_turn(self) -> None:
        """Let another process write."""
        self._turn.leave()

    def orphans(self) -> list[int]:
        """Numbers of the trials whose process is gone."""
        return [trial.number for trial in transitions.orphans(self._stored)]

    def end_orphans(self) -> None:
        """End them as a continued search would. The last search was then cut short, whatever it has stored."""
        if transitions.orphans(self._stored):
            transitions.end_orphans(self._stored)
            self._stored.set_user_attr(attr.STATE, "RUNNING")

    def record(self) -> StudyRecord:
        """The study as it stands, read anew."""
        self._study.refresh()
        return self._recorder.record(state=self._state())

    def _state(self) -> str:
        """As the last search stored it. A search that was cut short is finished if it had all its trials by then."""
        if self._is_searched():
            return "RUNNING"
        stored = self._stored.user_attrs.get(attr.STATE, "RUNNING")
        if stored != "RUNNING" and not self.orphans():
            return stored
        total = display_settings_of(self._study).trials
        return "FINISHED" if total is None or self._trained() >= total else "INTERRUPTED"

    def _is_searched(self) -> bool:
        """Whether a search writes MLflow or trains now."""
        running = sum(trial.state == TrialState.RUNNING for trial in self._study.trials())
        return self._turn.is_anothers() or running > len(self.orphans())

    def _trained(self) -> int:
        """How many trials will count when the orphans are ended."""
        orphans = transitions.orphans(self._stored)
        lost = {trial.number for trial in orphans if not reached(trial) and attr.RESULT not in trial.user_attrs}
        return sum(trial.number not in lost for trial in self._study.trained())

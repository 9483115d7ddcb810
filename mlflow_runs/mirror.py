"""Writes a study into MLflow: one parent run, one child run a trial. Run it twice and nothing doubles."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs import figures, names, saved_view
from mlflow_runs.errors import MirrorError
from mlflow_runs.front_page import front_html
from mlflow_runs.page.address import Address, address
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs import batch, child, child_description, curve, parent
from mlflow_runs.runs.description import describe
from mlflow_runs.runs.front_baseline import front_accuracies
from mlflow_runs.runs.importance import ChoiceImportance, choice_importances
from mlflow_runs.stored import run_index, store
from mlflow_runs.stored.run_index import ChildRun, CurveRun, RunIndex

__all__ = ["Mirror", "MirrorError", "Written"]


@dataclass
class Written:
    """What an update took.

    Attributes:
        runs: Trials' runs that were made or completed.
        removed: Runs that were taken away: doubled, or of trials that no longer count.
    """

    runs: int = 0
    removed: int = 0


class Mirror:
    """Keeps MLflow up to date with a study. One process writes; workers never do.

    What MLflow holds is read once and then remembered, so that a trial costs the same whatever came before it. After
    an error it is read again: the next `update` finds what was written and adds what was not.

    Args:
        tracking_uri: `sqlite:///FILE`, a server's http address, or a database's URI.
        experiment: The experiment's name; it is created where it is missing.
        artifact_location: Where a new experiment's artifacts go. Default: `mlartifacts/` beside a SQLite file; a
            server decides for itself.
        seconds_between_figures: While the study runs, the figures are drawn no more often than this.

    Raises:
        MirrorError: If a SQLite store cannot be made. A server is not asked before the first `update`.
    """

    def __init__(
        self,
        *,
        tracking_uri: str,
        experiment: str,
        artifact_location: str | None = None,
        seconds_between_figures: float = 30.0,
    ) -> None:
        self._uri = store.absolute(tracking_uri)
        self._experiment_name = experiment
        self._artifact_location = artifact_location
        self._seconds_between_figures = seconds_between_figures
        self._client: Any = None
        self._address: Address | None = None
        self._context: Mapping[str, str] = {}
        self._written = Written()
        self._forget()
        with store.one_kind_of_error(self._uri):
            store.prepare(self._uri)

    def update(self, study: StudyRecord) -> Written:
        """Brings MLflow up to date with `study`; writes only what has changed.

        Returns:
            What that took.
        Raises:
            MirrorError: If MLflow could not be reached or written; call again with the next state of the study.
        """
        self._written = Written()
        try:
            with store.one_kind_of_error(self._uri), store.patience(), store.discretion():
                self._write(study)
        except BaseException:  # an interrupt, too, leaves a write half done
            self._forget()
            raise
        return self._written

    def look(self, study: str) -> None:
        """Finds where a study is seen that another process writes.

        Args:
            study: Its name.
        Raises:
            MirrorError: If MLflow could not be reached.
        """
        with store.one_kind_of_error(self._uri), store.patience():
            self._connect()
            if run := run_index.newest_parent(self._client, study, experiment=self._experiment):
                self._address = self._address_of(study, run)

    def address(self) -> Address | None:
        """Where the study last updated or looked for is seen; None before MLflow was first reached."""
        return self._address

    def _forget(self) -> None:
        self._experiment = ""
        self._ledger: RunIndex | None = None
        self._study_name = ""
        self._listed: tuple[int, ...] | None = None  # the front in front.csv
        self._drawn: tuple[Any, ...] | None = None  # what the figures show
        self._importances: Sequence[ChoiceImportance] = ()
        self._drawn_at = -float("inf")  # seconds of the monotonic clock
        self._views: dict[str, str] = {}

    def _write(self, study: StudyRecord) -> None:
        book = self._open(study)
        self._drop_children(book, study)
        for trial in study.trials:
            self._write_child(book, study, trial)
        self._write_front_tags(book, study)
        self._write_front_files(book, study)
        self._write_pictures(book, study)
        self._write_parent(book, study)

    # The experiment and the parent run

    def _open(self, study: StudyRecord) -> RunIndex:
        if self._ledger is None or self._study_name != study.name:
            self._forget()
            self._connect()
            self._ledger = run_index.read(self._client, study, experiment=self._experiment) or self._new_parent(study)
            self._study_name = study.name
            self._address = self._address_of(study.name, self._ledger.parent)
            self._put_in_order(self._ledger)
        return self._ledger

    def _put_in_order(self, book: RunIndex) -> None:
        """What somebody else, or a server that answered too late, has left."""
        for run in book.duplicates:
            self._remove(run)
        for run in book.orphan_runs:
            self._client.set_tag(run, names.PARENT_RUN_ID, book.parent)

    def _remove(self, run: str) -> None:
        self._client.delete_run(run)
        self._written.removed += 1

    def _address_of(self, study: str, run: str) -> Address:
        where = {"experiment": self._experiment_name, "experiment_id": self._experiment}
        return address(self._uri, study=study, parent=run, **where)

    def _connect(self) -> None:
        if self._client is None:
            self._client = store.client(self._uri)
            self._context = store.context_tags()
        self._experiment = store.experiment(
            self._client, self._experiment_name, tracking_uri=self._uri, artifact_location=self._artifact_location
        )
        self._views = dict(self._client.get_experiment(self._experiment).tags)

    def _new_parent(self, study: StudyRecord) -> RunIndex:
        tags = {**self._context, **parent.identity(study)}
        run = self._client.create_run(self._experiment, start_time=parent.started_ms(study), tags=tags)
        if run_index.has_orphan_runs(self._client, study, experiment=self._experiment):
            return run_index.read(self._client, study, experiment=self._experiment)
        return RunIndex(run.info.run_id, run.info.status, started_ms=run.info.start_time, tags=tags)

    def _write_parent(self, book: RunIndex, study: StudyRecord) -> None:
        params = parent.params(study)
        tags = parent.tags(study) | parent.changed_settings(params, logged=book.params)
        tags[names.NOTE] = describe(
            study,
            parent=book.parent,
            experiment=self._experiment,
            runs=book.run_ids(),
            picture=self._drawn is not None,
            telling=self._importances,
        )
        tags = {name: value for name, value in tags.items() if book.tags.get(name) != value}
        params = {name: value for name, value in params.items() if name not in book.params}
        points = parent.metrics(study, logged=book.steps)
        batch.log(self._client, book.parent, params=params, points=points, tags=tags)
        book.tags |= tags
        book.params |= params
        book.steps |= {point.step for point in points}
        self._write_status(book, study)

    def _write_status(self, book: RunIndex, study: StudyRecord) -> None:
        status = parent.status(study)
        if book.status == status:
            return
        if status == "RUNNING":
            self._client.update_run(book.parent, status=status)
        else:
            self._client.set_terminated(book.parent, status=status)
        book.status = status

    # The child runs

    def _drop_children(self, book: RunIndex, study: StudyRecord) -> None:
        """A trial that was running and no longer counts, as when its worker was killed, would seem to run forever."""
        for number in book.children.keys() - {trial.number for trial in study.trials}:
            self._remove(book.children[number].run_id)
            del book.children[number]

    def _write_child(self, book: RunIndex, study: StudyRecord, trial: TrialRecord) -> None:
        run = book.children.get(trial.number)
        if run is not None and run.state == trial.state:
            return
        on_front = trial.number in study.front
        front = front_accuracies(trial, study.trials)
        tags = child.description_tags(trial) | child.front_tags(trial, on_front=on_front)
        tags[names.NOTE] = child_description.describe(trial, front=front)
        if run is None:  # tags given at birth are cheaper than tags set afterwards
            run = book.children[trial.number] = self._new_child(book, study, trial, tags=tags)
            tags = {}
        points = child.metrics(trial, front=front)
        batch.log(self._client, run.run_id, params=child.params(trial), points=points, tags=tags)
        run.on_front = on_front
        self._close_child(run, trial)
        run.state = trial.state
        self._written.runs += 1

    def _new_child(
        self, book: RunIndex, study: StudyRecord, trial: TrialRecord, *, tags: Mapping[str, str]
    ) -> ChildRun:
        tags = {**self._context, **child.identity(trial, study=study.name, parent=book.parent), **tags}
        run = self._client.create_run(self._experiment, start_time=trial.started_ms, tags=tags)
        return ChildRun(run.info.run_id)

    def _close_child(self, run: ChildRun, trial: TrialRecord) -> None:
        """The status comes last: by it a run is known to be complete."""
        if trial.state == "RUNNING":
            return
        if trial.layers:
            self._client.log_text(run.run_id, child.csv_table(trial.layers), names.LAYERS_CSV)
        self._client.set_terminated(run.run_id, status=child.status(trial), end_time=trial.ended_ms)

    # The front

    def _write_front_tags(self, book: RunIndex, study: StudyRecord) -> None:
        """Only the runs of trials that have joined or left the front are touched."""
        front = set(study.front)
        for trial in study.trials:
            run, on_front = book.children[trial.number], trial.number in front
            if run.on_front != on_front:
                batch.log(self._client, run.run_id, tags=child.front_tags(trial, on_front=on_front))
                run.on_front = on_front

    def _write_front_files(self, book: RunIndex, study: StudyRecord) -> None:
        front = tuple(study.front)
        if front != self._listed:
            self._client.log_text(book.parent, parent.front_csv(study, runs=book.run_ids()), names.FRONT_CSV)
            self._listed = front

    def _write_pictures(self, book: RunIndex, study: StudyRecord) -> None:
        """What takes time, or more of it with every trial, is not done after every trial."""
        due = study.state != "RUNNING" or time.monotonic() - self._drawn_at >= self._seconds_between_figures
        if due:
            self._write_figures(book, study)
            self._write_curve(book, study)
            self._importances = choice_importances(study)
            self._write_views(study, created_ms=book.started_ms)
            self._drawn_at = time.monotonic()

    def _write_figures(self, book: RunIndex, study: StudyRecord) -> None:
        """The picture of all finished trials: some 200 ms and 5 MB."""
        drawn = tuple(study.front), study.knee, study.export, sum(trial.state == "COMPLETE" for trial in study.trials)
        if drawn == self._drawn:
            return
        told = {"front": study.front, "knee": study.knee, "title": f"Pareto front of {parent.run_name(study)}"}
        picture = figures.front_png(study.trials, **told)
        batch.log_bytes(self._client, book.parent, picture, artifact=names.FRONT_PNG)
        page = front_html(study.trials, **told, export=study.export)
        self._client.log_text(book.parent, page, names.FRONT_HTML)
        self._drawn = drawn

    def _write_curve(self, book: RunIndex, study: StudyRecord) -> None:
        """A run's metrics only grow, so a curve that has changed is another run; the old one goes when it is whole."""
        old, key = book.curve, curve.key(study)
        if (old.key if old else "") == key:
            return
        book.curve = self._new_curve(book, study) if key else None
        if old is not None:
            self._client.delete_run(old.run_id)

    def _new_curve(self, book: RunIndex, study: StudyRecord) -> CurveRun:
        tags = {**self._context, **curve.identity(study, parent=book.parent)}
        run = self._client.create_run(self._experiment, start_time=book.started_ms, tags=tags).info.run_id
        batch.log(self._client, run, points=curve.metrics(study, when_ms=book.started_ms))
        self._client.set_terminated(run)
        return CurveRun(run, curve.key(study))

    def _write_views(self, study: StudyRecord, *, created_ms: int) -> None:
        for name, value in saved_view.tags(study, telling=self._importances, created_ms=created_ms).items():
            if self._views.get(name) != value:
                self._client.set_experiment_tag(self._experiment, name, value)
                self._views[name] = value

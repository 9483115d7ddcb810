"""Writes one study into one experiment of MLflow: a parent run, and below it a run for each trial."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs import names
from mlflow_runs.figures import front_html, front_png
from mlflow_runs.figures.axes import drawn
from mlflow_runs.page import saved_view
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs import batch, child, child_description, curve, parent, parent_description
from mlflow_runs.runs.front_baseline import front_accuracies
from mlflow_runs.runs.importance import ChoiceImportance, choice_importances
from mlflow_runs.stored import store
from mlflow_runs.stored.run_index import ChildRun, RunIndex


@dataclass
class Written:
    """What an update took.

    Attributes:
        runs: Trials' runs that were made or completed.
        removed: Runs that were removed: duplicates, orphans, and runs of trials that no longer count.
    """

    runs: int = 0
    removed: int = 0


class StudyWriter:
    """Writes one study, again and again as it grows. After an error it must not be used any more.

    Args:
        client: An `MlflowClient`.
        study: The study as it stands.
        experiment: The experiment's id.
        index: The study's runs that MLflow has; None without a parent run, which is then made.
        surplus: Ids of runs that the first `write` removes.
        seconds_between_figures: While the study runs, the figures are drawn no more often than this.
    """

    def __init__(
        self,
        client: Any,
        study: StudyRecord,
        *,
        experiment: str,
        index: RunIndex | None,
        surplus: Sequence[str],
        seconds_between_figures: float,
    ) -> None:
        self.study_name = study.name
        self._client, self._experiment = client, experiment
        self._context = store.context_tags()
        self._index = index or self._new_parent(study)
        self._surplus = list(surplus)
        self._seconds_between_figures = seconds_between_figures
        self._views = dict(client.get_experiment(experiment).tags)
        self._front_in_csv: tuple[int, ...] | None = None
        self._figures_show: tuple[Any, ...] | None = None
        self._figures_drawn_at = -float("inf")  # seconds of the monotonic clock
        self._importances: Sequence[ChoiceImportance] = ()

    @property
    def parent_id(self) -> str:
        """The parent run's id."""
        return self._index.parent

    def write(self, study: StudyRecord) -> Written:
        """Writes what has changed, and returns what that took."""
        written = Written(removed=self._remove_surplus(study))
        for trial in study.trials:
            written.runs += self._write_child(study, trial)
        self._write_front_tags(study)
        self._write_front_csv(study)
        self._write_what_takes_time(study)
        self._write_parent(study)
        return written

    def _remove_surplus(self, study: StudyRecord) -> int:
        """Runs that do not belong to the study, or no longer: those of a trial whose worker was killed, for example.

        Such a run would seem to run forever.
        """
        gone = self._index.children.keys() - {trial.number for trial in study.trials}
        surplus = self._surplus + [self._index.children.pop(number).run_id for number in gone]
        self._surplus = []
        for run in surplus:
            self._client.delete_run(run)
        return len(surplus)

    # The parent run

    def _new_parent(self, study: StudyRecord) -> RunIndex:
        tags = {**self._context, **parent.identity(study)}
        run = self._client.create_run(self._experiment, start_time=parent.started_ms(study), tags=tags)
        return RunIndex(run.info.run_id, run.info.status, started_ms=run.info.start_time, tags=tags)

    def _write_parent(self, study: StudyRecord) -> None:
        index, params = self._index, parent.params(study)
        tags = parent.tags(study) | parent.changed_settings(params, logged=index.params)
        tags[names.NOTE] = parent_description.describe(
            study,
            parent=index.parent,
            experiment=self._experiment,
            runs=index.run_ids(),
            picture=self._figures_show is not None,
            importances=self._importances,
        )
        new_tags = {name: value for name, value in tags.items() if index.tags.get(name) != value}
        new_params = {name: value for name, value in params.items() if name not in index.params}
        points = parent.metrics(study, logged=index.steps)
        batch.log(self._client, index.parent, params=new_params, points=points, tags=new_tags)
        index.tags |= new_tags
        index.params |= new_params
        index.steps |= {point.step for point in points}
        self._write_status(parent.status(study))

    def _write_status(self, status: str) -> None:
        if status == self._index.status:
            return
        if status == "RUNNING":
            self._client.update_run(self._index.parent, status=status)
        else:
            self._client.set_terminated(self._index.parent, status=status)
        self._index.status = status

    # The trials' runs

    def _write_child(self, study: StudyRecord, trial: TrialRecord) -> bool:
        """Whether there was anything to write."""
        run = self._index.children.get(trial.number)
        if run is not None and run.state == trial.state:
            return False
        on_front = trial.number in study.front
        front = front_accuracies(trial, study.trials)
        tags = child.description_tags(trial) | child.front_tags(trial, on_front=on_front)
        tags[names.NOTE] = child_description.describe(trial, objective=study.objective, front=front)
        if run is None:  # tags that a run is made with are cheaper than tags that are set later
            run = self._index.children[trial.number] = self._new_child(study, trial, tags=tags)
            tags = {}
        points = child.metrics(trial, objective=study.objective, front=front)
        batch.log(self._client, run.run_id, params=child.params(trial), points=points, tags=tags)
        run.on_front = on_front
        self._close_child(run, trial)
        run.state = trial.state
        return True

    def _new_child(self, study: StudyRecord, trial: TrialRecord, *, tags: Mapping[str, str]) -> ChildRun:
        identity = child.identity(trial, study=study.name, parent=self._index.parent)
        tags = {**self._context, **identity, **tags}
        run = self._client.create_run(self._experiment, start_time=trial.started_ms, tags=tags)
        return ChildRun(run.info.run_id)

    def _close_child(self, run: ChildRun, trial: TrialRecord) -> None:
        """The status comes last: it shows that a run is complete."""
        if trial.state == "RUNNING":
            return
        if trial.layers:
            self._client.log_text(run.run_id, child.csv_table(trial.layers), names.LAYERS_CSV)
        self._client.set_terminated(run.run_id, status=child.status(trial), end_time=trial.ended_ms)

    # The front

    def _write_front_tags(self, study: StudyRecord) -> None:
        """Only runs of trials that have joined or left the front are written."""
        front = set(study.front)
        for trial in study.trials:
            run, on_front = self._index.children[trial.number], trial.number in front
            if run.on_front != on_front:
                batch.log(self._client, run.run_id, tags=child.front_tags(trial, on_front=on_front))
                run.on_front = on_front

    def _write_front_csv(self, study: StudyRecord) -> None:
        front = tuple(study.front)
        if front != self._front_in_csv:
            text = parent.front_csv(study, runs=self._index.run_ids())
            self._client.log_text(self._index.parent, text, names.FRONT_CSV)
            self._front_in_csv = front

    def _write_what_takes_time(self, study: StudyRecord) -> None:
        """What is slow, or gets slower with every trial, is not written after every trial of a running study."""
        seconds = time.monotonic() - self._figures_drawn_at
        if study.state == "RUNNING" and seconds < self._seconds_between_figures:
            return
        self._write_figures(study)
        self._write_curve(study)
        self._importances = choice_importances(study)
        self._write_views(study)
        self._figures_drawn_at = time.monotonic()

    def _write_figures(self, study: StudyRecord) -> None:
        """All trials that have an accuracy as a picture and as a page: some 200 ms and 5 MB."""
        shown = tuple(study.front), study.knee, study.export, len(drawn(study.trials, study.front).all)
        if shown == self._figures_show:
            return
        options = {"objective": study.objective, "front": study.front, "knee": study.knee}
        title = f"Pareto front of {parent.run_name(study)}"
        picture = front_png(study.trials, **options, title=title)
        batch.log_bytes(self._client, self._index.parent, picture, artifact=names.FRONT_PNG)
        page = front_html(study.trials, **options, title=title, export=study.export)
        self._client.log_text(self._index.parent, page, names.FRONT_HTML)
        self._figures_show = shown

    def _write_curve(self, study: StudyRecord) -> None:
        """A run's metrics only grow, so a curve that has changed gets a new run. Then the old one is deleted."""
        old, key = self._index.curve_run, curve.key(study)
        if key == self._index.curve_key:
            return
        self._index.curve_run = self._new_curve(study) if key else None
        self._index.curve_key = key
        if old is not None:
            self._client.delete_run(old)

    def _new_curve(self, study: StudyRecord) -> str:
        started_ms = self._index.started_ms
        tags = {**self._context, **curve.identity(study, parent=self._index.parent)}
        run = self._client.create_run(self._experiment, start_time=started_ms, tags=tags).info.run_id
        batch.log(self._client, run, points=curve.metrics(study, when_ms=started_ms))
        self._client.set_terminated(run)
        return run

    def _write_views(self, study: StudyRecord) -> None:
        tags = saved_view.tags(study, importances=self._importances, created_ms=self._index.started_ms)
        for name, value in tags.items():
            if self._views.get(name) != value:
                self._client.set_experiment_tag(self._experiment, name, value)
                self._views[name] = value

"""Keeps MLflow up to date with a study while it is searched. Repeating an update doubles nothing."""

import contextlib
from collections.abc import Iterator
from typing import Any

from mlflow_runs.page.address import Address, address
from mlflow_runs.records import StudyRecord
from mlflow_runs.stored import run_index, store
from mlflow_runs.stored.study_runs import newest_parent
from mlflow_runs.study_writer import StudyWriter, Written


class Mirror:
    """Keeps MLflow up to date with a study. One process writes; workers never do.

    What MLflow holds is read once and then remembered, so a trial costs the same however many came before it. After an
    error it is read again: the next `update` finds what was written and adds what was not.

    Args:
        tracking_uri: `sqlite:///FILE`, a server's http address, or a database's URI.
        experiment: The experiment's name. It is created if it is missing.
        artifact_location: Where a new experiment's artifacts go. Default: `mlartifacts/` beside a SQLite file; a
            server decides itself.
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
        self._writer: StudyWriter | None = None
        self._address: Address | None = None
        with store.one_kind_of_error(self._uri):
            store.prepare(self._uri)

    def update(self, study: StudyRecord) -> Written:
        """Brings MLflow up to date with `study`. Only what has changed is written.

        Returns:
            What that took.
        Raises:
            MirrorError: If MLflow could not be reached or written. Call again with the next state of the study.
        """
        try:
            with self._reaching_mlflow():
                if self._writer is None or self._writer.study_name != study.name:
                    self._writer = self._new_writer(study)
                return self._writer.write(study)
        except BaseException:  # an interrupt, too, may leave a write half done
            self._writer = None
            raise

    def locate(self, study: str) -> None:
        """Finds out where a study is seen that another process writes.

        Args:
            study: Its name.
        Raises:
            MirrorError: If MLflow could not be reached.
        """
        with self._reaching_mlflow():
            experiment = self._open_experiment()
            if parent := newest_parent(self._client, study, experiment=experiment):
                self._address = address(self._uri, experiment_id=experiment, study=study, parent=parent)

    def address(self) -> Address | None:
        """Where the study last updated or located is seen; None before MLflow was first reached."""
        return self._address

    @contextlib.contextmanager
    def _reaching_mlflow(self) -> Iterator[None]:
        with store.one_kind_of_error(self._uri), store.short_timeouts(), store.without_output():
            yield

    def _open_experiment(self) -> str:
        if self._client is None:
            self._client = store.client(self._uri)
        return store.experiment(
            self._client, self._experiment_name, tracking_uri=self._uri, artifact_location=self._artifact_location
        )

    def _new_writer(self, study: StudyRecord) -> StudyWriter:
        experiment = self._open_experiment()
        index, surplus = run_index.read(self._client, study, experiment=experiment)
        writer = StudyWriter(
            self._client,
            study,
            experiment=experiment,
            index=index,
            surplus=surplus,
            seconds_between_figures=self._seconds_between_figures,
        )
        self._address = address(self._uri, experiment_id=experiment, study=study.name, parent=writer.parent_id)
        return writer

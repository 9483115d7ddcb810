"""Compares a study with what MLflow holds of it, and brings MLflow up to date.

The study is the truth: whatever MLflow holds of it can be deleted and written again.
"""

from collections.abc import Collection
from dataclasses import dataclass

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.records import StudyRecord
from mlflow_runs.stored import read_back, snapshot, store, study_runs
from mlflow_runs.stored.diff import Difference, differences
from mlflow_runs.stored.snapshot import Snapshot
from mlflow_runs.stored.study_runs import StudyRuns
from mlflow_runs.study_writer import Written

_MS_TO_BE_MIRRORED = 60_000  # a search writes what has happened, and tries again after half a minute


@dataclass(frozen=True)
class Comparison:
    """A study beside its runs.

    Attributes:
        study: The study.
        runs: Its runs in MLflow.
        differences: Of trials first, by number, then of the study itself. Without any, both agree.
        in_flight: Trials that are being searched, or have just ended. They are not compared.
    """

    study: StudyRecord
    runs: StudyRuns
    differences: tuple[Difference, ...]
    in_flight: frozenset[int]

    @property
    def run_count(self) -> int:
        """How many runs of trials there are."""
        return sum(map(len, self.runs.trials.values()))


def read(study: str, *, tracking_uri: str, experiment: str) -> Snapshot:
    """All that MLflow holds under a study's name; nothing is written.

    Args:
        study: The name.
        tracking_uri: The store.
        experiment: The experiment's name.
    Raises:
        MirrorError: If MLflow can't be read, or has no such experiment.
    """
    uri = store.absolute(tracking_uri)
    with (
        store.one_kind_of_error(uri, failed="could not be read"),
        store.short_timeouts(),
        store.without_output(),
    ):
        client = store.client(uri)
        return snapshot.read(client, study, experiment=read_back.known_experiment_id(client, experiment))


def compare(study: StudyRecord, stored: Snapshot, *, abandoned: Collection[int] = ()) -> Comparison:
    """How a study and MLflow differ.

    Args:
        study: The study, read after MLflow was: what is new in it has then happened since.
        stored: What `read` has read.
        abandoned: Trials that were left open by a process that is gone.
    """
    runs = study_runs.runs_of(study, stored.runs)
    in_flight = _in_flight(study, since_ms=stored.read_ms - _MS_TO_BE_MIRRORED) - frozenset(abandoned)
    all_differences = differences(study, runs, stored.details, in_flight=in_flight, abandoned=abandoned)
    return Comparison(study, runs, tuple(all_differences), in_flight)


def _in_flight(study: StudyRecord, *, since_ms: float) -> frozenset[int]:
    if study.state != "RUNNING":
        return frozenset()
    return frozenset(trial.number for trial in study.trials if trial.ended_ms is None or trial.ended_ms > since_ms)


def bring_up_to_date(study: StudyRecord, *, tracking_uri: str, experiment: str) -> tuple[Comparison, Written]:
    """Writes what MLflow lacks. What differs even then is removed and written anew.

    Args:
        study: The study. Nobody else may write it into MLflow meanwhile.
        tracking_uri: The store.
        experiment: The experiment's name. It is created if it is missing.
    Returns:
        How both compare in the end, and what it took.
    Raises:
        MirrorError: If MLflow could not be read or written.
    """
    mlflow = {"tracking_uri": tracking_uri, "experiment": experiment}
    mirror = Mirror(**mlflow)
    try:
        written = mirror.update(study)
    except MirrorError:  # it refuses, for example, to go on with a run whose params somebody has changed
        written = Written()
    comparison = compare(study, read(study.name, **mlflow))
    if not comparison.differences:
        return comparison, written
    removed = _remove(comparison, tracking_uri=tracking_uri)
    rewritten = Mirror(**mlflow).update(study)  # a new one, because the other remembers runs that are gone
    total = Written(written.runs + rewritten.runs, written.removed + removed + rewritten.removed)
    return compare(study, read(study.name, **mlflow)), total


def _remove(comparison: Comparison, *, tracking_uri: str) -> int:
    """Removes the runs of all trials that differ, and of the study itself if it does: a run's metrics only grow.

    Below a parent run that is gone the mirror writes all trials anew.
    """
    trials = {difference.trial for difference in comparison.differences}
    runs = [run for number, same in comparison.runs.trials.items() if number in trials for run in same]
    runs += comparison.runs.parents if None in trials else ()
    with store.one_kind_of_error(tracking_uri), store.short_timeouts():
        client = store.client(store.absolute(tracking_uri))
        for run in runs:
            client.delete_run(run.run_id)
    return len(runs)

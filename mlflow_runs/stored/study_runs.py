"""Which of MLflow's runs belong to a study. This is the one place that decides it.

A study's name finds its runs, but a study that was deleted and begun again has the name of the old one. Optuna's
trials tell the two apart: a run begins at the same time as the trial that it shows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mlflow_runs import names
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.safe_text import study_key

_PAGE = 200  # runs a request
_MS_BETWEEN_TIME_ZONES = 15 * 60 * 1000


class Kind(Enum):
    """What a run of a study shows."""

    PARENT = "the study"
    TRIAL = "a trial"
    CURVE = "the front's curve"


@dataclass(frozen=True)
class StoredRun:
    """A run of a study as MLflow lists it.

    Attributes:
        run_id: MLflow's id.
        kind: What it shows.
        parent: The id of the run above it; empty without one.
        trial: The trial's number; None if it is not a trial's run.
        status: MLflow's.
        started_ms, ended_ms: Unix time in milliseconds; `ended_ms` is None while it runs.
        params, tags: As stored.
        metrics: The last value of each.
    """

    run_id: str
    kind: Kind
    parent: str
    trial: int | None
    status: str
    started_ms: int
    ended_ms: int | None
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class StudyRuns:
    """The runs of one study. All of them should be one each; those that are not are kept here, too.

    Attributes:
        parents: The study's own; the one with the most trials below it comes first.
        trials: By trial's number.
        curves: The front's.
    """

    parents: Sequence[StoredRun]
    trials: Mapping[int, Sequence[StoredRun]]
    curves: Sequence[StoredRun]


def search(client: Any, experiment: str, condition: str) -> Iterator[Any]:
    """MLflow's runs that match a filter, newest first. Deleted ones are left out.

    Args:
        client: An `MlflowClient`.
        experiment: The experiment's id.
        condition: In MLflow's filter language.
    """
    token = None
    while True:
        page = client.search_runs([experiment], condition, max_results=_PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def runs_with_key(client: Any, key: str, *, experiment: str) -> list[StoredRun]:
    """The runs of all studies of a name, newest first.

    Args:
        client: An `MlflowClient`.
        key: The name's key (`safe_text.study_key`).
        experiment: The experiment's id.
    """
    runs = search(client, experiment, f"tags.`{names.STUDY_KEY}` = '{key}'")
    return [_stored_run(run, kind) for run in runs if (kind := _kind(run.data.tags)) is not None]


def parent_runs(client: Any, *, experiment: str, study: str | None = None) -> Iterator[Any]:
    """MLflow's parent runs, newest first: of studies of a name, or of all."""
    condition = f"tags.`{names.PARETO_FRONT}` = '{names.PARENT_OF_FRONT}'"
    if study is not None:
        condition += f" and tags.`{names.STUDY_KEY}` = '{study_key(study)}'"
    return search(client, experiment, condition)


def newest_parent(client: Any, study: str, *, experiment: str) -> str | None:
    """The id of the parent run of a study; of several studies of the name, of the one begun last. None without one."""
    return next((run.info.run_id for run in parent_runs(client, experiment=experiment, study=study)), None)


def runs_of(study: StudyRecord, runs: Iterable[StoredRun]) -> StudyRuns:
    """The runs that belong to a study, among those of all studies of its name.

    Runs belong together if they have the same parent run, even one that has been deleted. Such a group is the study's
    if most of its trials' runs began when the study's trials did. A group without trials is the study's, too.
    """
    groups: dict[str, list[StoredRun]] = {}
    for run in runs:
        groups.setdefault(run.run_id if run.kind is Kind.PARENT else run.parent, []).append(run)
    trials = {trial.number: trial for trial in study.trials}
    own = sorted((group for group in groups.values() if _is_of(trials, group)), key=len, reverse=True)
    by_trial: dict[int, list[StoredRun]] = {}
    for run in (run for group in own for run in group):
        if run.trial is not None:
            by_trial.setdefault(run.trial, []).append(run)
    return StudyRuns(parents=_all_of(own, Kind.PARENT), trials=by_trial, curves=_all_of(own, Kind.CURVE))


def began_together(trial: TrialRecord | None, run: StoredRun) -> bool:
    """Whether there is a trial and it began when the run did. Optuna stores times without their zone, so whole
    quarters of an hour make no difference.
    """
    return trial is not None and (trial.started_ms - run.started_ms) % _MS_BETWEEN_TIME_ZONES == 0


def _is_of(trials: Mapping[int, TrialRecord], group: Sequence[StoredRun]) -> bool:
    """A run that seems to run may be of a trial that was cut short and no longer counts, so it proves nothing."""
    evidence = [
        (trials.get(run.trial), run)
        for run in group
        if run.trial is not None and (run.trial in trials or run.status != "RUNNING")
    ]
    return 2 * sum(began_together(trial, run) for trial, run in evidence) >= len(evidence)


def _all_of(groups: Iterable[Sequence[StoredRun]], kind: Kind) -> list[StoredRun]:
    return [run for group in groups for run in group if run.kind is kind]


def _kind(tags: Mapping[str, str]) -> Kind | None:
    """None for what else may stand below a study, such as an exported network."""
    if tags.get(names.TRIAL_NUMBER, "").isdecimal():
        return Kind.TRIAL
    return {names.PARENT_OF_FRONT: Kind.PARENT, names.CURVE_OF_FRONT: Kind.CURVE}.get(tags.get(names.PARETO_FRONT, ""))


def _stored_run(run: Any, kind: Kind) -> StoredRun:
    tags = run.data.tags
    return StoredRun(
        run_id=run.info.run_id,
        kind=kind,
        parent=tags.get(names.PARENT_RUN_ID, ""),
        trial=int(tags[names.TRIAL_NUMBER]) if kind is Kind.TRIAL else None,
        status=run.info.status,
        started_ms=run.info.start_time,
        ended_ms=run.info.end_time,
        params=dict(run.data.params),
        tags=dict(tags),
        metrics=dict(run.data.metrics),
    )

"""What MLflow already holds of one study, read back once and then kept up to date by whoever writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlflow_runs import names
from mlflow_runs.records import StudyRecord
from mlflow_runs.runs import child
from mlflow_runs.safe_text import study_key

_PAGE = 200  # runs a request
_MS_BETWEEN_TIME_ZONES = 15 * 60 * 1000


@dataclass
class ChildRun:
    """A trial's run.

    Attributes:
        run_id: MLflow's id.
        state: The trial's state if all of it has been written; empty if the writing was cut short.
        on_front: What its tag says; None while it has none.
    """

    run_id: str
    state: str = ""
    on_front: bool | None = None


@dataclass
class CurveRun:
    """The front's curve.

    Attributes:
        run_id: MLflow's id.
        key: Which curve it is (`curve.key`); empty if the writing was cut short.
    """

    run_id: str
    key: str = ""


@dataclass
class RunIndex:
    """A study's parent run and its children.

    Attributes:
        parent: The parent run's id.
        status: Its status.
        started_ms: When it was made; Unix time in milliseconds.
        params, tags: What it holds, as stored.
        steps: Trials whose hypervolume is logged.
        children: Runs by trial number.
        curve: The run that holds the front's curve; None where there is none.
        doubles: Ids of runs that are one too many: a server that answers too late may have made two of one.
        strays: Ids of runs that belong below the parent run and stand below one that somebody has deleted.
    """

    parent: str
    status: str
    started_ms: int = 0
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    steps: set[int] = field(default_factory=set)
    children: dict[int, ChildRun] = field(default_factory=dict)
    curve: CurveRun | None = None
    duplicates: list[str] = field(default_factory=list)
    orphan_runs: list[str] = field(default_factory=list)

    def run_ids(self) -> dict[int, str]:
        """Run ids by trial number."""
        return {number: run.run_id for number, run in self.children.items()}


def read(client: Any, study: StudyRecord, *, experiment: str) -> RunIndex | None:
    """The ledger of a study that MLflow knows; None for one it does not.

    A study that was deleted and begun again under its old name is another study: the trials of its old runs began at
    other times. Its runs are left alone.

    Args:
        client: An `MlflowClient`.
        study: The study looked for.
        experiment: The experiment's id.
    """
    found = list(runs(client, experiment, f"tags.`{names.STUDY_KEY}` = '{study_key(study.name)}'"))
    below = {run.info.run_id: _below(found, run.info.run_id) for run in found if _is_parent(run)}
    ours = [parent for parent, children in below.items() if same_study(study, children)]
    if not ours:
        return None
    kept = max(ours, key=lambda parent: len(below[parent]))
    book = _ledger(client, next(run for run in found if run.info.run_id == kept))
    for run in below[kept]:
        _enter(book, study, run)
    for other in set(ours) - {kept}:
        book.duplicates += [other, *(run.info.run_id for run in below[other])]
    _adopt(book, study, [run for run in found if _parent_of(run) and _parent_of(run) not in below])
    return book


def _adopt(book: RunIndex, study: StudyRecord, parentless: Sequence[Any]) -> None:
    """The study's runs below a parent run that somebody has deleted, among those of all studies of its name."""
    gone = {_parent_of(run) for run in parentless if _is_trial(run) and fits(study, run)}
    orphan_runs = [run for run in parentless if _parent_of(run) in gone]
    for run in orphan_runs:
        if _is_trial(run) or _is_curve(run):
            _enter(book, study, run)
    book.orphan_runs = [run.info.run_id for run in orphan_runs if run.info.run_id not in book.duplicates]


def has_orphan_runs(client: Any, study: StudyRecord, *, experiment: str) -> bool:
    """Whether there are runs of a study's trials though its parent run is gone: somebody has deleted it.

    Args:
        client, study, experiment: As for `read`, which has found no parent run.
    """
    found = runs(client, experiment, f"tags.`{names.STUDY_KEY}` = '{study_key(study.name)}'")
    return any(_is_trial(run) and fits(study, run) for run in found)


def newest_parent(client: Any, study: str, *, experiment: str) -> str | None:
    """The id of the parent run of a study, of several the one begun last; None where there is none.

    Args:
        client: An `MlflowClient`.
        study: The study's name.
        experiment: The experiment's id.
    """
    parents = f"tags.`{names.PARETO_FRONT}` = '{names.PARENT_OF_FRONT}'"
    wanted = f"tags.`{names.STUDY_KEY}` = '{study_key(study)}' and {parents}"
    return next((run.info.run_id for run in runs(client, experiment, wanted)), None)


def is_trial_of(run: Any, parent: str) -> bool:
    """Whether a run is a trial's below a parent run; exported networks stand below it, too."""
    return _parent_of(run) == parent and _is_trial(run)


def _parent_of(run: Any) -> str | None:
    return run.data.tags.get(names.PARENT_RUN_ID)


def _is_trial(run: Any) -> bool:
    return _parent_of(run) is not None and run.data.tags.get(names.TRIAL_NUMBER, "").isdecimal()


def _is_parent(run: Any) -> bool:
    return _parent_of(run) is None and run.data.tags.get(names.PARETO_FRONT) == names.PARENT_OF_FRONT


def _is_curve(run: Any) -> bool:
    return run.data.tags.get(names.PARETO_FRONT) == names.CURVE_OF_FRONT


def _below(found: Iterable[Any], parent: str) -> list[Any]:
    """The runs that the mirror has made below a parent run."""
    return [run for run in found if _parent_of(run) == parent and (_is_trial(run) or _is_curve(run))]


def runs(client: Any, experiment: str, wanted: str) -> Iterable[Any]:
    """Runs of an experiment, by its id, that match a filter; newest first, asked for by the page."""
    token = None
    while True:
        page = client.search_runs([experiment], wanted, max_results=_PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def same_study(study: StudyRecord, below: Iterable[Any]) -> bool:
    """Whether runs below one parent are of this study's trials, most of them at least.

    A run may be of a trial the study no longer counts, if that trial never ended.
    """
    began = {trial.number for trial in study.trials}
    trials = [run for run in below if _is_trial(run)]
    telling = [run for run in trials if _number(run) in began or run.info.status != "RUNNING"]
    return 2 * sum(fits(study, run) for run in telling) >= len(telling)


def fits(study: StudyRecord, run: Any) -> bool:
    """Whether a trial of this number began when the run did; by a clock of any time zone, for Optuna stores none."""
    number = _number(run)
    return any(
        (trial.started_ms - run.info.start_time) % _MS_BETWEEN_TIME_ZONES == 0
        for trial in study.trials
        if trial.number == number
    )


def _number(run: Any) -> int:
    return int(run.data.tags[names.TRIAL_NUMBER])


def _ledger(client: Any, parent: Any) -> RunIndex:
    history = client.get_metric_history(parent.info.run_id, names.HYPERVOLUME)
    return RunIndex(
        parent=parent.info.run_id,
        status=parent.info.status,
        started_ms=parent.info.start_time,
        params=dict(parent.data.params),
        tags=dict(parent.data.tags),
        steps={metric.step for metric in history},
    )


def _enter(book: RunIndex, study: StudyRecord, run: Any) -> None:
    """Of two runs of one the complete one stays."""
    if _is_trial(run):
        _enter_trial(book, study, run)
    elif _is_curve(run) and book.curve is None:
        book.curve = _curve_run(run)
    elif _is_curve(run):
        book.duplicates.append(run.info.run_id)


def _enter_trial(book: RunIndex, study: StudyRecord, run: Any) -> None:
    new = _child_run(run)
    if not fits(study, run):
        book.duplicates.append(new.run_id)
        return
    other = book.children.get(_number(run))
    if other is not None:
        new, other = (other, new) if other.state else (new, other)
        book.duplicates.append(other.run_id)
    book.children[_number(run)] = new


def _curve_run(run: Any) -> CurveRun:
    """The status is written last here, too."""
    whole = run.info.status == "FINISHED"
    return CurveRun(run.info.run_id, run.data.tags.get(names.FRONT_KEY, "") if whole else "")


def _child_run(run: Any) -> ChildRun:
    """The status is written last: where it does not fit the state, the writing was cut short."""
    tags = run.data.tags
    state = tags.get(names.TRIAL_STATE, "")
    whole = run.info.status == child.STATUS.get(state)
    front = tags.get(names.PARETO_FRONT)
    return ChildRun(run.info.run_id, state if whole else "", None if front is None else front == names.ON_FRONT)

"""What MLflow already holds of one study, read back once and then kept up to date by whoever writes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mlflow_runs import child, names
from mlflow_runs.records import StudyRecord
from mlflow_runs.safe_text import study_key

_PAGE = 200  # runs a request


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
class Ledger:
    """A study's parent run and its children.

    Attributes:
        parent: The parent run's id.
        status: Its status.
        started_ms: When it was made; Unix time in milliseconds.
        params, tags: What it holds, as stored.
        steps: Trials whose hypervolume is logged.
        children: Runs by trial number.
        curve: The run that holds the front's curve; None where there is none.
        doubles: Ids of further runs of the same: a server that answers too late may have made two of one.
    """

    parent: str
    status: str
    started_ms: int = 0
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    steps: set[int] = field(default_factory=set)
    children: dict[int, ChildRun] = field(default_factory=dict)
    curve: CurveRun | None = None
    doubles: list[str] = field(default_factory=list)

    def run_ids(self) -> dict[int, str]:
        """Run ids by trial number."""
        return {number: run.run_id for number, run in self.children.items()}


def read(client: Any, study: StudyRecord, *, experiment: str) -> Ledger | None:
    """The ledger of a study that MLflow knows; None for one it does not.

    A study that was deleted and begun again under its old name is another study: the trials of its old runs began at
    other times. Its runs are left alone.

    Args:
        client: An `MlflowClient`.
        study: The study looked for.
        experiment: The experiment's id.
    """
    found = list(runs(client, experiment, f"tags.`{names.STUDY_KEY}` = '{study_key(study.name)}'"))
    for parent in (run for run in found if names.PARENT_RUN_ID not in run.data.tags):
        children = [run for run in found if is_trial_of(run, parent.info.run_id)]
        if _same_study(study, children):
            curves = [run for run in found if _is_curve_of(run, parent.info.run_id)]
            return _ledger(client, parent, children, curves)
    return None


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
    tags = run.data.tags
    return tags.get(names.PARENT_RUN_ID) == parent and tags.get(names.TRIAL_NUMBER, "").isdecimal()


def _is_curve_of(run: Any, parent: str) -> bool:
    tags = run.data.tags
    return tags.get(names.PARENT_RUN_ID) == parent and tags.get(names.PARETO_FRONT) == names.CURVE_OF_FRONT


def runs(client: Any, experiment: str, wanted: str) -> Iterable[Any]:
    """Runs of an experiment, by its id, that match a filter; newest first, asked for by the page."""
    token = None
    while True:
        page = client.search_runs([experiment], wanted, max_results=_PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _same_study(study: StudyRecord, children: list[Any]) -> bool:
    """A run may be of a trial the study no longer counts, if that trial never ended."""
    began = {str(trial.number): trial.started_ms for trial in study.trials}
    for run in children:
        start = began.get(run.data.tags[names.TRIAL_NUMBER])
        if start != run.info.start_time and not (start is None and run.info.status == "RUNNING"):
            return False
    return True


def _ledger(client: Any, parent: Any, children: list[Any], curves: list[Any]) -> Ledger:
    history = client.get_metric_history(parent.info.run_id, names.HYPERVOLUME)
    found = Ledger(
        parent=parent.info.run_id,
        status=parent.info.status,
        started_ms=parent.info.start_time,
        params=dict(parent.data.params),
        tags=dict(parent.data.tags),
        steps={metric.step for metric in history},
    )
    for run in children:
        _enter(found, int(run.data.tags[names.TRIAL_NUMBER]), _child_run(run))
    if curves:
        kept, *others = curves
        found.curve = _curve_run(kept)
        found.doubles += [run.info.run_id for run in others]
    return found


def _enter(found: Ledger, number: int, run: ChildRun) -> None:
    """Of two runs of one trial the complete one stays."""
    other = found.children.get(number)
    if other is not None:
        run, other = (other, run) if other.state else (run, other)
        found.doubles.append(other.run_id)
    found.children[number] = run


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

"""What a writer has to know of a study's runs: read once, then kept up to date as it writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mlflow_runs import names
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs import child, parent
from mlflow_runs.safe_text import study_key
from mlflow_runs.stored.study_runs import StoredRun, StudyRuns, began_together, runs_of, runs_with_key


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
class RunIndex:
    """A study's parent run and the runs below it.

    Attributes:
        parent: The parent run's id.
        status: Its status.
        started_ms: When it was made; Unix time in milliseconds.
        params, tags: What it holds, as stored.
        steps: Those of the hypervolumes that are logged.
        children: Runs by trial number.
        curve_run: The id of the run that holds the front's curve; None without one.
        curve_key: Which curve that is (`curve.key`); empty if the writing was cut short.
    """

    parent: str
    status: str
    started_ms: int = 0
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    steps: set[int] = field(default_factory=set)
    children: dict[int, ChildRun] = field(default_factory=dict)
    curve_run: str | None = None
    curve_key: str = ""

    def run_ids(self) -> dict[int, str]:
        """Run ids by trial number."""
        return {number: run.run_id for number, run in self.children.items()}


def read(client: Any, study: StudyRecord, *, experiment: str) -> tuple[RunIndex | None, list[str]]:
    """The study's runs, one of each.

    Args:
        client: An `MlflowClient`.
        study: The study.
        experiment: The experiment's id.
    Returns:
        The index, None if MLflow has no parent run of the study or one with another history, and the ids of the runs
        that do not belong in it: duplicates, orphans (runs below a parent run that is gone), runs of trials that no
        longer count, and all that belong to another history, because a run's metrics only grow.
    """
    runs = runs_of(study, runs_with_key(client, study_key(study.name), experiment=experiment))
    index = _index(client, study, runs) if runs.parents else None
    indexed = {index.parent, index.curve_run, *index.run_ids().values()} if index else set()
    every_run = [*runs.parents, *runs.curves, *(run for same in runs.trials.values() for run in same)]
    return index, [run.run_id for run in every_run if run.run_id not in indexed]


def _index(client: Any, study: StudyRecord, runs: StudyRuns) -> RunIndex | None:
    own = runs.parents[0]
    history = client.get_metric_history(own.run_id, names.HYPERVOLUME)
    if not parent.is_history_of(study, {point.step: point.value for point in history}):
        return None
    trials = {trial.number: trial for trial in study.trials}
    children = {number: _child_run(trials.get(number), same, own.run_id) for number, same in runs.trials.items()}
    curve = next((run for run in runs.curves if run.parent == own.run_id), None)
    return RunIndex(
        parent=own.run_id,
        status=own.status,
        started_ms=own.started_ms,
        params=dict(own.params),
        tags=dict(own.tags),
        steps={point.step for point in history},
        children={number: run for number, run in children.items() if run is not None},
        curve_run=curve.run_id if curve else None,
        curve_key=curve.tags.get(names.FRONT_KEY, "") if curve and curve.status == "FINISHED" else "",
    )


def _child_run(trial: TrialRecord | None, same: Sequence[StoredRun], parent: str) -> ChildRun | None:
    """Of several runs of a trial, one that is complete."""
    fitting = [_stored_child(run) for run in same if run.parent == parent and began_together(trial, run)]
    return max(fitting, key=lambda run: bool(run.state), default=None)


def _stored_child(run: StoredRun) -> ChildRun:
    """The status is written last. If it does not fit the state, the writing was cut short."""
    state, on_front = run.tags.get(names.TRIAL_STATE, ""), run.tags.get(names.PARETO_FRONT)
    is_complete = run.status == child.STATUS.get(state)
    return ChildRun(run.run_id, state if is_complete else "", None if on_front is None else on_front == names.ON_FRONT)

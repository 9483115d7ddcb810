"""Studies read back from MLflow alone, also from a server, and also while they are still being searched."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs import names
from mlflow_runs.errors import MirrorError
from mlflow_runs.objectives import FLOPS, OBJECTIVES, Objective
from mlflow_runs.records import TrialRecord
from mlflow_runs.safe_text import one_line, shortened
from mlflow_runs.stored.study_runs import Kind, StoredRun, newest_parent, parent_runs, runs_with_key, search

_MOST_NAMES = 20  # of studies in a sentence


@dataclass(frozen=True)
class HypervolumePoint:
    """The hypervolume when a trial had ended.

    Attributes:
        trials: How many trials had ended by then, whatever came of them.
        hypervolume: Share of the study's rectangle, 0 to 1.
    """

    trials: int
    hypervolume: float


@dataclass(frozen=True)
class MirroredStudy:
    """A study as MLflow holds it.

    Attributes:
        name: As a person calls it.
        key: A hash of the name, as in its runs' tags.
        experiment_id: The experiment's id.
        run_id: The parent run's id.
        settings: What a person chose, as text, by name. What a continued search changed is up to date.
        objective: What the study minimises beside the loss.
        trials: How many have ended, whatever came of them.
        front: The trials on the front, cheapest first, without their choices and epochs.
        hypervolumes: One point for each finished trial, in the order of their ends.
    """

    name: str
    key: str
    experiment_id: str
    run_id: str
    settings: Mapping[str, str]
    objective: Objective
    trials: int
    front: tuple[TrialRecord, ...]
    hypervolumes: tuple[HypervolumePoint, ...]

    @property
    def hypervolume(self) -> float | None:
        """The last one; None before the first trial is finished."""
        return self.hypervolumes[-1].hypervolume if self.hypervolumes else None


def experiment_id(client: Any, name: str) -> str | None:
    """MLflow's id of an experiment; None if there is none, or only a deleted one."""
    experiment = client.get_experiment_by_name(name)
    return experiment.experiment_id if experiment and experiment.lifecycle_stage == "active" else None


def known_experiment_id(client: Any, name: str) -> str:
    """The same, where there has to be one.

    Raises:
        MirrorError: If there is none.
    """
    experiment = experiment_id(client, name)
    if experiment is None:
        raise MirrorError(f"there is no experiment {name!r} in this MLflow. Name another experiment, or another store.")
    return experiment


def last_active(client: Any, *, experiment: str) -> Any | None:
    """The parent run of the study whose trial began last; None without a study.

    Args:
        client: An `MlflowClient`.
        experiment: The experiment's id.
    """
    parents = {run.info.run_id: run for run in parent_runs(client, experiment=experiment)}
    for run in search(client, experiment, f"tags.`{names.STUDY_KEY}` LIKE '%'") if parents else ():
        parent = run.data.tags.get(names.PARENT_RUN_ID, run.info.run_id)
        if parent in parents:
            return parents[parent]
    return None


def parent_run(client: Any, study: str, *, experiment: str) -> Any:
    """The parent run of a study; of several studies of the name, of the one begun last.

    Args:
        client: An `MlflowClient`.
        study: The study's name.
        experiment: The experiment's id.
    Raises:
        MirrorError: If there is none. It lists the studies of the experiment.
    """
    run_id = newest_parent(client, study, experiment=experiment)
    if run_id is None:
        raise MirrorError(f"there is no study {study!r} in this experiment{_others(client, experiment)}.")
    return client.get_run(run_id)


def read(client: Any, parent: Any) -> MirroredStudy:
    """The study of a parent run."""
    run_id, experiment, key = parent.info.run_id, parent.info.experiment_id, parent.data.tags[names.STUDY_KEY]
    runs = runs_with_key(client, key, experiment=experiment)
    children = [run for run in runs if run.kind is Kind.TRIAL and run.parent == run_id]
    objective = _objective(children)
    ends = sorted(run.ended_ms for run in children if run.ended_ms is not None)
    return MirroredStudy(
        name=name_of(parent),
        key=key,
        experiment_id=experiment,
        run_id=run_id,
        settings=_settings(parent),
        objective=objective,
        trials=len(ends),
        front=_front(children, objective),
        hypervolumes=_hypervolumes(client.get_metric_history(run_id, names.HYPERVOLUME), ends),
    )


def name_of(parent: Any) -> str:
    """The name of the study of a parent run."""
    return parent.data.tags[names.STUDY]


def _others(client: Any, experiment: str) -> str:
    studies = list(dict.fromkeys(name_of(run) for run in parent_runs(client, experiment=experiment)))
    if not studies:
        return ", nor any other"
    listed = ", ".join(repr(shortened(one_line(name), length=80)) for name in studies[:_MOST_NAMES])
    return f"; there are {listed}{f' and {len(studies) - _MOST_NAMES} more' * (len(studies) > _MOST_NAMES)}"


def _settings(parent: Any) -> dict[str, str]:
    prefix = names.CHANGED_SETTING_PREFIX
    changed = {key.removeprefix(prefix): value for key, value in parent.data.tags.items() if key.startswith(prefix)}
    return {**parent.data.params, **changed}


def _objective(children: Sequence[StoredRun]) -> Objective:
    """All trials have the metrics of FLOPs. Those of another axis only trials of studies that minimise it have."""
    metrics = {name for run in children for name in run.metrics}
    return next((each for each in OBJECTIVES if each != FLOPS and each.axis_metric in metrics), FLOPS)


def _front(children: Iterable[StoredRun], objective: Objective) -> tuple[TrialRecord, ...]:
    members = [run for run in children if run.tags.get(names.PARETO_FRONT) == names.ON_FRONT]
    known = {names.ACCURACY, names.FLOPS, objective.cost_metric}
    trials = [_trial(run, objective) for run in members if known <= run.metrics.keys()]
    return tuple(sorted(trials, key=lambda trial: (trial.cost, trial.accuracy)))


def _trial(run: StoredRun, objective: Objective) -> TrialRecord:
    tags, metrics = run.tags, run.metrics
    return TrialRecord(
        number=run.trial,
        state=tags.get(names.TRIAL_STATE, ""),
        params={},
        key=tags.get(names.ARCHITECTURE_KEY, ""),
        words=tags.get(names.ARCHITECTURE_WORDS, ""),
        cost=metrics[objective.cost_metric],
        macs=_whole(metrics.get(names.MACS)),
        flops=_whole(metrics.get(names.FLOPS)),
        params_count=_whole(metrics.get(names.PARAMS)),
        ram_bytes=_whole(metrics.get(names.RAM_BYTES)),
        flash_bytes=_whole(metrics.get(names.FLASH_BYTES)),
        accuracy=metrics[names.ACCURACY],
        seconds=metrics.get(names.SECONDS),
        started_ms=run.started_ms,
        ended_ms=run.ended_ms,
    )


def _whole(number: float | None) -> int | None:
    """MLflow's metrics are floating-point numbers, whatever they count."""
    return None if number is None else int(number)


def _hypervolumes(history: Sequence[Any], ends: Sequence[int]) -> tuple[HypervolumePoint, ...]:
    """Trials do not end in the order of their numbers, so the time of an end counts.

    Args:
        history: The metric's values, each with the time of its trial's end.
        ends: The times at which trials ended, sorted.
    """
    points = (HypervolumePoint(bisect_right(ends, point.timestamp), point.value) for point in history)
    return tuple(sorted(points, key=lambda point: (point.trials, point.hypervolume)))

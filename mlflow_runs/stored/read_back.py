"""Studies read back from MLflow alone: a server will do, and a study that is still running."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow_runs import names
from mlflow_runs.errors import MirrorError
from mlflow_runs.records import TrialRecord
from mlflow_runs.safe_text import one_line, shortened
from mlflow_runs.stored import run_index

_NAMED = 20  # studies in a sentence


@dataclass(frozen=True)
class Reached:
    """How far a study had come.

    Attributes:
        trials: How many of its trials had ended, whatever came of them.
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
        settings: What a person chose, as text, by name; what a continued search changed is up to date.
        trials: How many have ended, whatever came of them.
        front: The trials on the front, cheapest first: numbers, costs, accuracies, words; no choices, no curves.
        course: The hypervolume after each trial that has one, in the order of their ends.
    """

    name: str
    key: str
    experiment_id: str
    run_id: str
    settings: Mapping[str, str]
    trials: int
    front: tuple[TrialRecord, ...]
    course: tuple[Reached, ...]

    @property
    def hypervolume(self) -> float | None:
        """The last one; None before the first trial is finished."""
        return self.course[-1].hypervolume if self.course else None


def experiment_id(client: Any, name: str) -> str | None:
    """MLflow's id of an experiment; None where there is none, or a deleted one."""
    found = client.get_experiment_by_name(name)
    return found.experiment_id if found and found.lifecycle_stage == "active" else None


def known_experiment_id(client: Any, name: str) -> str:
    """The same where there has to be one.

    Raises:
        MirrorError: If there is none.
    """
    found = experiment_id(client, name)
    if found is None:
        raise MirrorError(f"there is no experiment {name!r} in this MLflow. Name another: --experiment, --tracking-uri.")
    return found


def last_active(client: Any, *, experiment: str) -> Any | None:
    """The parent run of the study whose trial began last; None where there is no study.

    Args:
        client: An `MlflowClient`.
        experiment: The experiment's id.
    """
    parents = {run.info.run_id: run for run in _parents(client, experiment)}
    for run in run_index.runs(client, experiment, f"tags.`{names.STUDY_KEY}` LIKE '%'") if parents else ():
        parent = run.data.tags.get(names.PARENT_RUN_ID, run.info.run_id)
        if parent in parents:
            return parents[parent]
    return None


def parent_run(client: Any, study: str, *, experiment: str) -> Any:
    """The parent run of a study, of several the one begun last.

    Args:
        client: An `MlflowClient`.
        study: The study's name.
        experiment: The experiment's id.
    Raises:
        MirrorError: If there is none; it lists the studies there are.
    """
    found = run_index.newest_parent(client, study, experiment=experiment)
    if found is None:
        raise MirrorError(f"there is no study {study!r} in this experiment{_those_there_are(client, experiment)}.")
    return client.get_run(found)


def read(client: Any, parent: Any) -> MirroredStudy:
    """The study below a parent run."""
    found, experiment, key = parent.info.run_id, parent.info.experiment_id, parent.data.tags[names.STUDY_KEY]
    runs = run_index.runs(client, experiment, f"tags.`{names.STUDY_KEY}` = '{key}'")
    children = [run for run in runs if run_index.is_trial_of(run, found)]
    ends = sorted(run.info.end_time for run in children if run.info.end_time is not None)
    return MirroredStudy(
        name=name_of(parent),
        key=key,
        experiment_id=experiment,
        run_id=found,
        settings=_settings(parent),
        trials=len(ends),
        front=_front(children),
        course=_course(client.get_metric_history(found, names.HYPERVOLUME), ends),
    )


def name_of(parent: Any) -> str:
    """The name of the study below a parent run."""
    return parent.data.tags[names.STUDY]


def _parents(client: Any, experiment: str) -> Iterable[Any]:
    return run_index.runs(client, experiment, f"tags.`{names.PARETO_FRONT}` = '{names.PARENT_OF_FRONT}'")


def _those_there_are(client: Any, experiment: str) -> str:
    found = list(dict.fromkeys(name_of(run) for run in _parents(client, experiment)))
    if not found:
        return ", nor any other"
    said = ", ".join(repr(shortened(one_line(name), length=80)) for name in found[:_NAMED])
    return f"; there are {said}{f' and {len(found) - _NAMED} more' * (len(found) > _NAMED)}"


def _settings(parent: Any) -> dict[str, str]:
    prefix = names.CHANGED_SETTING_PREFIX
    changed = {key.removeprefix(prefix): value for key, value in parent.data.tags.items() if key.startswith(prefix)}
    return {**parent.data.params, **changed}


def _front(children: Iterable[Any]) -> tuple[TrialRecord, ...]:
    members = [run for run in children if run.data.tags.get(names.PARETO_FRONT) == names.ON_FRONT]
    trials = [_trial(run) for run in members if {names.ACCURACY, names.FLOPS} <= run.data.metrics.keys()]
    return tuple(sorted(trials, key=lambda trial: (trial.latency_ms or trial.flops, trial.accuracy)))


def _trial(run: Any) -> TrialRecord:
    tags, metrics = run.data.tags, run.data.metrics
    return TrialRecord(
        number=int(tags[names.TRIAL_NUMBER]),
        state=tags.get(names.TRIAL_STATE, ""),
        params={},
        key=tags.get(names.ARCHITECTURE_KEY, ""),
        words=tags.get(names.ARCHITECTURE_WORDS, ""),
        macs=_whole(metrics.get(names.MACS)),
        flops=_whole(metrics.get(names.FLOPS)),
        params_count=_whole(metrics.get(names.PARAMS)),
        peak_activation_bytes=_whole(metrics.get(names.PEAK_ACTIVATION_BYTES)),
        latency_ms=metrics.get(names.LATENCY_MS),
        accuracy=metrics[names.ACCURACY],
        seconds=metrics.get(names.SECONDS),
        started_ms=run.info.start_time,
        ended_ms=run.info.end_time,
    )


def _whole(number: float | None) -> int | None:
    """MLflow's metrics are floating-point numbers, whatever they count."""
    return None if number is None else int(number)


def _course(history: Sequence[Any], ends: Sequence[int]) -> tuple[Reached, ...]:
    """A trial's number says when it began, and workers finish out of order: what counts is the time of its end.

    Args:
        history: The metric's values, each with the time of its trial's end.
        ends: The times at which trials ended, sorted.
    """
    reached = (Reached(bisect_right(ends, point.timestamp), point.value) for point in history)
    return tuple(sorted(reached, key=lambda point: (point.trials, point.hypervolume)))

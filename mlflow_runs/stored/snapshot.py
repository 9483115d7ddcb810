"""What MLflow holds under a study's name, read for itself: the mirror's memory of what it wrote is not asked."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow_runs import names
from mlflow_runs.safe_text import study_key
from mlflow_runs.stored.run_index import runs

_SERIES_OF_A_TRIAL = (names.EPOCH_ACCURACY, names.EPOCH_LOSS)
_SERIES_OF_A_STUDY = (names.HYPERVOLUME, names.FINISHED_BY_THEN)


@dataclass(frozen=True)
class RunSnapshot:
    """A trial's run, or a study's.

    Attributes:
        run_id: MLflow's id.
        parent: The id of the run above it; empty for a study's.
        trial: The trial's number; None for a study's.
        status: MLflow's.
        started_ms: Unix time in milliseconds.
        params, tags: As stored.
        metrics: The last value of each.
        series: By name of a metric, its values by step: more than one where it was written twice.
        files: Paths of its artifacts, for a study's those of the front.
        front_csv: The text of the front's table; empty where there is none.
    """

    run_id: str
    parent: str
    trial: int | None
    status: str
    started_ms: int
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    series: Mapping[str, Mapping[int, tuple[float, ...]]]
    files: frozenset[str]
    front_csv: str = ""


def read(client: Any, study: str, *, experiment: str) -> list[RunSnapshot]:
    """All runs of trials and of studies of this name; deleted ones left out.

    Args:
        client: An `MlflowClient`.
        study: The study's name.
        experiment: The experiment's id.
    """
    found = runs(client, experiment, f"tags.`{names.STUDY_KEY}` = '{study_key(study)}'")
    return [_held(client, run) for run in found if _is_trial(run) or _is_study(run)]


def _is_trial(run: Any) -> bool:
    return run.data.tags.get(names.TRIAL_NUMBER, "").isdecimal()


def _is_study(run: Any) -> bool:
    return run.data.tags.get(names.PARETO_FRONT) == names.PARENT_OF_FRONT


def _held(client: Any, run: Any) -> RunSnapshot:
    found, tags, is_trial = run.info.run_id, run.data.tags, _is_trial(run)
    series = _SERIES_OF_A_TRIAL if is_trial else _SERIES_OF_A_STUDY
    files = frozenset(file.path for file in client.list_artifacts(found, None if is_trial else "front"))
    return RunSnapshot(
        run_id=found,
        parent=tags.get(names.PARENT_RUN_ID, ""),
        trial=int(tags[names.TRIAL_NUMBER]) if is_trial else None,
        status=run.info.status,
        started_ms=run.info.start_time,
        params=dict(run.data.params),
        tags=dict(tags),
        metrics=dict(run.data.metrics),
        series={name: _series(client, found, name) for name in series},
        files=files,
        front_csv=_text(client, found, names.FRONT_CSV) if names.FRONT_CSV in files else "",
    )


def _series(client: Any, run: str, metric: str) -> dict[int, tuple[float, ...]]:
    found: dict[int, tuple[float, ...]] = {}
    for point in client.get_metric_history(run, metric):
        found[point.step] = (*found.get(point.step, ()), point.value)
    return found


def _text(client: Any, run: str, artifact: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return Path(client.download_artifacts(run, artifact, folder)).read_text(encoding="utf-8")

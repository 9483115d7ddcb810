"""All that MLflow holds under a study's name, read for a comparison. What a writer remembers is not asked."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow_runs import names
from mlflow_runs.safe_text import study_key
from mlflow_runs.stored.study_runs import Kind, StoredRun, runs_with_key

_SERIES = {
    Kind.TRIAL: (names.EPOCH_ACCURACY, names.EPOCH_LOSS),
    Kind.PARENT: (names.HYPERVOLUME, names.ENDED_TRIAL),
    Kind.CURVE: (),
}
_FOLDERS = {Kind.TRIAL: None, Kind.PARENT: "front", Kind.CURVE: None}


@dataclass(frozen=True)
class RunDetails:
    """What MLflow tells of a run only when it is asked for that run.

    Attributes:
        series: By metric, its values by step. A step has several values if it was written twice.
        files: Paths of its artifacts; of a parent run those in its folder `front`.
        front_csv: The text of the front's table; empty without one.
    """

    series: Mapping[str, Mapping[int, tuple[float, ...]]]
    files: frozenset[str]
    front_csv: str = ""


@dataclass(frozen=True)
class Snapshot:
    """The runs of all studies of a name.

    Attributes:
        runs: Newest first.
        details: By run id.
        read_ms: When the reading began; Unix time in milliseconds.
    """

    runs: Sequence[StoredRun]
    details: Mapping[str, RunDetails]
    read_ms: float


def read(client: Any, study: str, *, experiment: str) -> Snapshot:
    """Reads all of it.

    Args:
        client: An `MlflowClient`.
        study: The study's name.
        experiment: The experiment's id.
    """
    read_ms = time.time() * 1000
    runs = runs_with_key(client, study_key(study), experiment=experiment)
    return Snapshot(runs, {run.run_id: _details(client, run) for run in runs}, read_ms)


def _details(client: Any, run: StoredRun) -> RunDetails:
    files = frozenset(file.path for file in client.list_artifacts(run.run_id, _FOLDERS[run.kind]))
    return RunDetails(
        series={name: _series(client, run.run_id, name) for name in _SERIES[run.kind]},
        files=files,
        front_csv=_text(client, run.run_id, names.FRONT_CSV) if names.FRONT_CSV in files else "",
    )


def _series(client: Any, run: str, metric: str) -> dict[int, tuple[float, ...]]:
    values: dict[int, tuple[float, ...]] = {}
    for point in client.get_metric_history(run, metric):
        values[point.step] = (*values.get(point.step, ()), point.value)
    return values


def _text(client: Any, run: str, artifact: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return Path(client.download_artifacts(run, artifact, folder)).read_text(encoding="utf-8")

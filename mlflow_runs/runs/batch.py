"""Writes to a run in one request, or in as many as MLflow's limits need."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mlflow_runs import names


class Point(NamedTuple):
    """One value of a metric. If the same four values are written twice, MLflow stores them once."""

    key: str
    value: float
    timestamp: int  # Unix time in milliseconds
    step: int


def log(
    client: Any,
    run: str,
    *,
    params: Mapping[str, str] | None = None,
    points: Sequence[Point] = (),
    tags: Mapping[str, str] | None = None,
) -> None:
    """Writes params, metrics and tags of a run. Without any, no request is made.

    Args:
        client: An `MlflowClient`.
        run: The run's id.
        params, points, tags: Any number of them. Texts within MLflow's lengths, values finite.
    """
    from mlflow.entities import Metric, Param, RunTag

    params_left = [Param(name, value) for name, value in (params or {}).items()]
    tags_left = [RunTag(name, value) for name, value in (tags or {}).items()]
    metrics_left = [Metric(*point) for point in points]
    while params_left or tags_left or metrics_left:
        client.log_batch(
            run,
            metrics=metrics_left[: names.METRICS_PER_BATCH],
            params=params_left[: names.PARAMS_PER_BATCH],
            tags=tags_left[: names.TAGS_PER_BATCH],
        )
        del metrics_left[: names.METRICS_PER_BATCH]
        del params_left[: names.PARAMS_PER_BATCH], tags_left[: names.TAGS_PER_BATCH]


def log_bytes(client: Any, run: str, content: bytes, *, artifact: str) -> None:
    """Writes `content` as the artifact `folder/name`. An artifact of that name is replaced."""
    folder, _, name = artifact.rpartition("/")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / name
        path.write_bytes(content)
        client.log_artifact(run, str(path), folder or None)

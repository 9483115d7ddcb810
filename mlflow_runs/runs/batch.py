"""Writing to a run: one request, or as many as MLflow's limits ask for."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mlflow_runs import names


class Point(NamedTuple):
    """One value of a metric. Written twice with the same four values it is stored once."""

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
    """Writes params, metrics and tags of a run; nothing at all asks for nothing.

    Args:
        client: An `MlflowClient`.
        run: The run's id.
        params, points, tags: Within MLflow's lengths, and finite; any number of them.
    """
    from mlflow.entities import Metric, Param, RunTag

    every_param = [Param(name, value) for name, value in (params or {}).items()]
    every_tag = [RunTag(name, value) for name, value in (tags or {}).items()]
    every_metric = [Metric(*point) for point in points]
    while every_param or every_tag or every_metric:
        client.log_batch(
            run,
            metrics=every_metric[: names.METRICS_PER_BATCH],
            params=every_param[: names.PARAMS_PER_BATCH],
            tags=every_tag[: names.TAGS_PER_BATCH],
        )
        del every_metric[: names.METRICS_PER_BATCH]
        del every_param[: names.PARAMS_PER_BATCH], every_tag[: names.TAGS_PER_BATCH]


def log_bytes(client: Any, run: str, content: bytes, *, artifact: str) -> None:
    """Writes `content` as the artifact `folder/name`, over what was there."""
    folder, _, name = artifact.rpartition("/")
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / name
        path.write_bytes(content)
        client.log_artifact(run, str(path), folder or None)

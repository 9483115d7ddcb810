"""Writes a comparison of networks: a parent run with the table and the figures, and below it a run a network."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow_runs import names, safe_text
from mlflow_runs.page.address import page_address, run_address
from mlflow_runs.runs import batch
from mlflow_runs.runs.markdown import image
from mlflow_runs.stored import store
from mlflow_runs.stored.earlier_runs import delete_earlier


@dataclass(frozen=True)
class ComparedRun:
    """One network of a comparison.

    Attributes:
        name: What a person calls it.
        params: What was chosen, by name.
        metrics: What was measured in the end, by name; finite.
        curves: What was measured after each epoch, by name, from epoch 1 on.
    """

    name: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    curves: Mapping[str, Sequence[float]]


def log_comparison(
    runs: Sequence[ComparedRun],
    *,
    name: str,
    headline: Sequence[str],
    tracking_uri: str,
    experiment: str,
    files: Sequence[Path],
    pictures: Sequence[str] = (),
    replaces_earlier: bool = False,
) -> str:
    """Writes a comparison.

    Args:
        runs: Its networks.
        name: The parent run's name.
        headline: Sentences of its description.
        tracking_uri: The store, as `Mirror` takes it.
        experiment: The experiment's name. It is made if it is missing.
        files: Logged with the parent run.
        pictures: Names of those that its description shows.
        replaces_earlier: Whether an earlier one of this name is deleted then, if it was written with this, too.
    Returns:
        The parent run's address in MLflow's page.
    Raises:
        MirrorError: If MLflow could not be reached or refuses.
    """
    uri = store.absolute(tracking_uri)
    with store.one_kind_of_error(uri), store.short_timeouts(), store.without_output():
        store.prepare(uri)
        client = store.client(uri)
        experiment_id = store.experiment(client, experiment, tracking_uri=uri)
        tags = {**store.context_tags(), names.RUN_NAME: safe_text.tag_value(name)}
        key = safe_text.study_key(name)
        if replaces_earlier:
            tags[names.COMPARISON_KEY] = key
        parent = client.create_run(experiment_id, tags=tags).info.run_id
        for run in runs:
            _log(client, run, experiment=experiment_id, parent=parent)
        for file in files:
            client.log_artifact(parent, str(file))
        images = [image(parent, artifact=picture, alt=picture) for picture in pictures]
        description = "\n\n".join([*map(safe_text.markdown, headline), *images])
        batch.log(client, parent, tags={names.NOTE: safe_text.tag_value(description)})
        client.set_terminated(parent)
        if replaces_earlier:
            delete_earlier(client, key, experiment=experiment_id, run=parent)
    return run_address(page_address(uri), experiment_id=experiment_id, run=parent)


def _log(client: Any, run: ComparedRun, *, experiment: str, parent: str) -> None:
    tags = {**store.context_tags(), names.RUN_NAME: safe_text.tag_value(run.name), names.PARENT_RUN_ID: parent}
    run_id = client.create_run(experiment, tags=tags).info.run_id
    now = int(time.time() * 1000)
    points = [batch.Point(safe_text.key(key), value, now, 0) for key, value in run.metrics.items()]
    for key, values in run.curves.items():
        points += [batch.Point(safe_text.key(key), value, now, epoch) for epoch, value in enumerate(values, start=1)]
    params = {safe_text.key(key): safe_text.param_value(value) for key, value in run.params.items()}
    batch.log(client, run_id, params=params, points=points)
    client.set_terminated(run_id)

"""Registers an exported network in MLflow, so that `models:/NAME@ALIAS` loads it."""

import contextlib
import io
import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from mlflow_runs import names, safe_text
from mlflow_runs.runs import batch
from mlflow_runs.stored import store
from mlflow_runs.stored.study_runs import newest_parent

_ARTIFACT = "model"
_PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "numpy")  # one of the two TensorFlows is installed


@dataclass(frozen=True)
class Registered:
    """A registered network.

    Attributes:
        uri: `models:/NAME@ALIAS`, for `mlflow.pyfunc.load_model`, `mlflow models serve`, ...
        version: Its version, from 1.
        run_id: The run that holds it.
    """

    uri: str
    version: int
    run_id: str


def register(
    model: Any,
    *,
    example: Any,
    name: str,
    tracking_uri: str,
    experiment: str,
    alias: str = "best",
    study: str | None = None,
    params: Mapping[str, Any] | None = None,
    metrics: Mapping[str, float] | None = None,
    tags: Mapping[str, str] | None = None,
    files: Sequence[Path] = (),
) -> Registered:
    """Logs a Keras model into a run of its own and registers it. The alias moves to it.

    Args:
        model: A built Keras model.
        example: A few images, uint8 array of shape (n, height, width, channels). Its type and shape become the model's
            signature, and it is stored beside the model.
        name: The registered model's name. It may be a study's name: characters that MLflow forbids are replaced.
        tracking_uri: The store, as `Mirror` takes it.
        experiment: The experiment's name. It is made if it is missing.
        alias: Letters, digits, _ and -.
        study: The name of the study it comes from. The new run stands below that study's parent run, if there is one.
        params, metrics, tags: Of the new run. The model version gets the tags, too.
        files: Logged with the new run.

    Raises:
        MirrorError: If MLflow could not be reached or refuses.
    """
    uri = store.absolute(tracking_uri)
    name = safe_text.model_name(name)
    with store.one_kind_of_error(uri), store.without_output():
        store.prepare(uri)
        client = store.client(uri)
        with store.short_timeouts():  # Later ones are MLflow's own: a model may be large.
            run = _new_run(client, store.experiment(client, experiment, tracking_uri=uri), name=name, study=study)
        batch.log(client, run, params=_texts(params), tags=_texts(tags), points=_points(metrics))
        for file in files:
            client.log_artifact(run, str(file))
        with _fluent(uri):
            version = _log_model(model, run=run, example=example, name=name)
        client.set_registered_model_alias(name, alias, str(version))
        for key, value in _texts(tags).items():
            client.set_model_version_tag(name, str(version), key, value)
        client.set_terminated(run)
    return Registered(f"models:/{name}@{alias}", version, run)


def _new_run(client: Any, experiment: str, *, name: str, study: str | None) -> str:
    """The run does not get the tag `study.key`: it is no trial and does not belong in the study's charts."""
    tags = {**store.context_tags(), names.RUN_NAME: f"export-{name}"}
    if study is not None:
        tags[names.STUDY] = safe_text.tag_value(study)
        parent = newest_parent(client, study, experiment=experiment)
        tags |= {names.PARENT_RUN_ID: parent} if parent else {}
    return client.create_run(experiment, tags=tags).info.run_id


def _texts(values: Mapping[str, Any] | None) -> dict[str, str]:
    return {safe_text.key(name): safe_text.param_value(value) for name, value in (values or {}).items()}


def _points(metrics: Mapping[str, float] | None) -> list[batch.Point]:
    now = int(time.time() * 1000)
    finite = {name: value for name, value in (metrics or {}).items() if math.isfinite(value)}
    return [batch.Point(safe_text.key(name), value, now, 0) for name, value in finite.items()]


def _log_model(model: Any, *, run: str, example: Any, name: str) -> int:
    """Returns the version. Without a list of requirements MLflow takes 17 s to guess one."""
    import mlflow
    from mlflow.models import infer_signature

    with mlflow.start_run(run_id=run), _silence():
        info = mlflow.tensorflow.log_model(
            model,
            name=_ARTIFACT,
            signature=infer_signature(example, model.predict(example, verbose=0)),
            input_example=example,
            pip_requirements=_requirements(),
            registered_model_name=name,
        )
    return int(info.registered_model_version)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Hides what Keras and MLflow print, such as progress bars. Errors are raised, not printed."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _requirements() -> list[str]:
    requirements = []
    for package in _PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            requirements.append(f"{package}=={metadata.version(package)}")
    return requirements


@contextlib.contextmanager
def _fluent(uri: str) -> Iterator[None]:
    """Sets MLflow's global state, the only way to log models, and restores it at the end.

    MLflow also keeps its address in the environment, which shows whether anyone has set it.
    """
    import mlflow

    before = os.environ.get("MLFLOW_TRACKING_URI")
    mlflow.set_tracking_uri(uri)
    try:
        with _registry_follows(uri):
            yield
    finally:
        mlflow.set_tracking_uri(before)


@contextlib.contextmanager
def _registry_follows(uri: str) -> Iterator[None]:
    """Sets the registry's address, unless it follows by itself: once it is set it does not follow any more."""
    import mlflow

    before = mlflow.get_registry_uri()
    if before == uri:
        yield
        return
    mlflow.set_registry_uri(uri)
    try:
        yield
    finally:
        mlflow.set_registry_uri(before)

"""An exported network comes back by its alias and says the same."""

import os

import numpy as np
import pytest

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.registry import register


@pytest.fixture(scope="module")
def network():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    keras = pytest.importorskip("keras")
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, activation="softmax"),
        ]
    )


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), dtype=np.uint8)


@pytest.mark.long
def test_registered_twice_and_loaded(uri, reader, study, trial, network, images, monkeypatch, capfd):
    import mlflow

    Mirror(tracking_uri=uri, experiment="search").update(study([trial(0)], name="a/b: <c>"))
    parent = reader.parent().info.run_id
    before = mlflow.get_tracking_uri(), os.environ.get("MLFLOW_TRACKING_URI")
    options = {"tracking_uri": uri, "experiment": "search", "name": "a/b: <c>", "example": images}
    capfd.readouterr()
    first = register(
        network, **options, study="a/b: <c>", params={"trial": 0}, metrics={"test": 0.5, "no": float("nan")}
    )
    second = register(network, **options, study="unknown", tags={"architecture.key": "k1"})
    assert "model" not in "".join(capfd.readouterr())
    assert (mlflow.get_tracking_uri(), os.environ.get("MLFLOW_TRACKING_URI")) == before
    assert (first.uri, second.uri) == ("models:/a-b- -c@best",) * 2
    assert (first.version, second.version) == (1, 2)
    version = reader.client.get_model_version_by_alias("a-b- -c", "best")
    assert (int(version.version), version.tags) == (2, {"architecture.key": "k1"})
    run = reader.client.get_run(first.run_id)
    assert (run.info.status, run.data.tags["mlflow.parentRunId"]) == ("FINISHED", parent)
    assert "mlflow.parentRunId" not in reader.client.get_run(second.run_id).data.tags
    assert run.data.params == {"trial": "0"}
    assert run.data.metrics == {"test": 0.5}
    check_loads(uri, second.uri, network, images, monkeypatch)


def check_loads(uri, model_uri, network, images, monkeypatch):
    import mlflow

    mlflow.set_tracking_uri(uri)
    try:
        loaded = mlflow.pyfunc.load_model(model_uri)
    finally:
        mlflow.set_tracking_uri(None)
    np.testing.assert_allclose(loaded.predict(images), network.predict(images, verbose=0), rtol=1e-5)
    assert loaded.metadata.signature.inputs.inputs[0].type == np.uint8
    requirements = loaded.metadata.flavors["python_function"]
    assert requirements["loader_module"] == "mlflow.tensorflow"


def test_an_alias_that_mlflow_refuses(uri, network, images):
    with pytest.raises(MirrorError, match="alias"):
        register(network, example=images, name="n", tracking_uri=uri, experiment="search", alias="no/such alias")

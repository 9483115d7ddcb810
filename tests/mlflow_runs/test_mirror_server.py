"""The mirror against a real MLflow server, which is stopped and started again."""

import threading

import pytest

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.stored import store


class Server:
    """MLflow's own web application on a port of its own."""

    def __init__(self, app):
        self._app, self.port = app, 0

    def start(self):
        from werkzeug.serving import make_server

        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(uri, tmp_path, monkeypatch):
    from mlflow.server import app
    from mlflow.server.handlers import initialize_backend_stores

    monkeypatch.setenv("_MLFLOW_SERVER_SERVE_ARTIFACTS", "true")
    monkeypatch.setenv("_MLFLOW_SERVER_ARTIFACT_DESTINATION", str(tmp_path / "served"))
    monkeypatch.setattr("mlflow.server.handlers._tracking_store", None)
    monkeypatch.setattr("mlflow.server.handlers._artifact_repo", None)
    initialize_backend_stores(uri, default_artifact_root="mlflow-artifacts:/")
    running = Server(app)
    running.start()
    yield running
    running.stop()


def test_an_outage_is_caught_up_with_and_no_password_is_printed(server, study, trial, reader, tmp_path, capfd):
    trials = [trial(n) for n in range(4)]
    address = f"http://me:geheim@127.0.0.1:{server.port}"
    mirror = Mirror(tracking_uri=address, experiment="search", seconds_between_figures=1e9)
    mirror.update(study(trials[:1]))
    server.stop()
    with pytest.raises(MirrorError, match="it does not answer"):
        mirror.update(study(trials[:3]))
    server.start()
    mirror.update(study(trials, state="FINISHED"))
    assert sorted(reader.children()) == [0, 1, 2, 3]
    assert reader.parent().info.status == "FINISHED"
    assert any((tmp_path / "served").rglob("front.html"))
    assert mirror.address().charts.startswith(f"http://127.0.0.1:{server.port}/#/")
    assert "geheim" not in "".join(capfd.readouterr()) + str(mirror.address())
    assert store.default_artifact_location(address) is None

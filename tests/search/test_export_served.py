"""The exported network behind MLflow's own server."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from search.training.datasets.held_out import load_test
from tests.search.conftest import STUDY

pytestmark = pytest.mark.long


def test_mlflow_serves_the_registered_model(exported):
    folder = exported[0]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    where = ["-m", f"models:/{STUDY}@best", "--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "models", "serve", *where],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        images, _ = load_test("digits")
        body = json.dumps({"inputs": images[:3].tolist()}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/invocations", body, {"Content-Type": "application/json"}
        )
        answer = answered(request)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    import keras

    expected = keras.models.load_model(folder / "out" / "model.keras").predict(images[:3], verbose=0)
    np.testing.assert_allclose(answer["predictions"], expected, rtol=1e-3, atol=1e-5)


def answered(request):
    """The server's answer, once it has started."""
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.5)

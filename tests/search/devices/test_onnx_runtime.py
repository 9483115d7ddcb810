"""Importing ONNX Runtime leaves nothing among the temporary files."""

import os
import subprocess
import sys

import pytest


def test_nothing_is_left_among_the_temporary_files(tmp_path):
    pytest.importorskip("onnxruntime")
    code = "from search.devices.onnx_runtime import import_onnxruntime; import_onnxruntime()"
    subprocess.run([sys.executable, "-c", code], env=os.environ | {"TMPDIR": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []

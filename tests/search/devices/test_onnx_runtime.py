"""Importing ONNX Runtime leaves nothing among the temporary files."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["onnxruntime", "search.devices.onnx_runtime"])
def test_nothing_is_left_among_the_temporary_files(module, tmp_path):
    pytest.importorskip("onnxruntime")
    code = f"import {module} as module; getattr(module, 'import_onnxruntime', int)()"
    subprocess.run([sys.executable, "-c", code], env=os.environ | {"TMPDIR": str(tmp_path)}, check=True)
    left = list(tmp_path.iterdir())
    assert left == [] or module == "onnxruntime"  # which is why there is the other

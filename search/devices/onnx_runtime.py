"""Imports ONNX Runtime, which writes a file among the temporary ones when it is first imported, and leaves it there."""

import os
import tempfile
from types import ModuleType


def import_onnxruntime() -> ModuleType:
    """The package; its file is removed."""
    before = os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix="search-onnx-") as folder:
        os.environ["TMPDIR"] = folder
        try:
            import onnxruntime
        finally:
            if before is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before
    return onnxruntime

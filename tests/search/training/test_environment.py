"""Settings for TensorFlow: the user's own win, and nothing is printed while it is imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from search.training import environment
from search.training.environment import cores, cpu_precision, prepare, settings

ROOT = Path(__file__).parents[3]


def test_each_operation_has_as_many_threads_as_asked_for():
    assert settings(threads=3)["TF_NUM_INTRAOP_THREADS"] == settings(threads=3)["OMP_NUM_THREADS"] == "3"
    assert not {"TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"} & settings().keys()


def test_what_the_user_has_set_stays(monkeypatch):
    for name in settings(threads=1):
        monkeypatch.setenv(name, "")  # so that what `prepare` sets is taken back after the test
        monkeypatch.delenv(name)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    applied = prepare(threads=2)
    assert applied["TF_ENABLE_ONEDNN_OPTS"] == os.environ["TF_ENABLE_ONEDNN_OPTS"] == "0"
    assert applied["TF_NUM_INTRAOP_THREADS"] == os.environ["TF_NUM_INTRAOP_THREADS"] == "2"


def test_the_cores_are_those_that_this_process_may_use():
    assert cores() == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("fpu sse avx2", "float32"),
        ("fpu avx512f avx512_bf16", "mixed_bfloat16"),
        ("amx_bf16 fpu", "mixed_bfloat16"),
        (None, "float32"),
    ],
)
def test_a_processor_without_bfloat16_computes_in_float32(tmp_path, monkeypatch, flags, expected):
    file = tmp_path / "cpuinfo"
    if flags is not None:
        file.write_text(f"processor : 0\nflags : {flags}\nbugs : none\nflags : later\n")
    monkeypatch.setattr(environment, "PROCESSOR_INFO", file)
    assert cpu_precision() == expected


@pytest.mark.parametrize(("module", "printed"), [("noisy", ""), ("broken", "from Python\nfrom below Python\n")])
def test_an_import_prints_nothing_unless_it_fails(tmp_path, module, printed):
    """A stand-in for TensorFlow that writes to standard error, and one for Keras that takes any setting."""
    keras = "class config:\n    backend = staticmethod(lambda: 'tensorflow')\n"
    for name in ("image_data_format", "floatx", "epsilon", "dtype_policy"):
        keras += f"    set_{name} = staticmethod(lambda value: None)\n"
    (tmp_path / "keras.py").write_text(keras)
    package = tmp_path / "tensorflow"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import os, sys\n"
        "print('from Python', file=sys.stderr, flush=True)\n"
        "os.write(2, b'from below Python\\n')\n"
        + ("raise ImportError('broken')\n" if module == "broken" else "")
        + "import logging\n"
        "get_logger = logging.getLogger\n"
    )
    code = "from search.training.environment import import_tensorflow; import_tensorflow()"
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.stdout == "" and done.stderr.startswith(printed)
    assert ("ImportError: broken" in done.stderr) == (done.returncode != 0) == (module == "broken")
    assert printed or done.stderr == ""


def test_a_worker_collects_no_garbage_of_libraries():
    code = (
        "import gc; from search.training.environment import set_up_worker; set_up_worker(threads=1)\n"
        "import tensorflow as tf; assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()\n"
        "options = tf.config.optimizer.get_experimental_options(); gpus = tf.config.list_physical_devices('GPU')\n"
        "assert bool(options.get('disable_meta_optimizer')) == (not gpus), options\n"
        "assert tf.config.threading.get_intra_op_parallelism_threads() in (0, 1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

"""What a user's shell, files and hypermodels say does not decide what a search computes, and is shown as it is."""

import json
import textwrap

import optuna
import pytest

from tests.search.conftest import QUICK as SEARCHED
from tests.search.conftest import STUDY

QUICK = ["--dataset", "digits", "--train-limit", "100", "--epochs", "1", "--max-flops", "2M", "--workers", "1"]

SHELL = {
    "KERAS_BACKEND": "jax",
    "TF_USE_LEGACY_KERAS": "1",
    "MPLBACKEND": "nonsense",
    "PYTHONWARNINGS": "error",
    "PYTHONIOENCODING": "ascii",
    "LC_ALL": "C",
    "FORCE_COLOR": "1",
    "COLUMNS": "1",
}
KERAS_FILE = {"floatx": "float16", "epsilon": 0.5, "backend": "torch", "image_data_format": "channels_first"}


def test_the_shell_and_kerass_own_settings_change_no_result(searched, command, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps(KERAS_FILE))
    flags = [*SEARCHED, "--workers", "1", "--trials", "2"]
    done = command("search.run", *flags, folder=tmp_path, KERAS_HOME=str(tmp_path), **SHELL)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "" and "no result" not in done.stdout and "\x1b" not in done.stdout
    assert json.loads((tmp_path / "keras.json").read_text()) == KERAS_FILE
    usual, here = (results(folder) for folder in (searched[0], tmp_path))
    assert len(here) == 2 and here == {number: usual.get(number) for number in here}


def results(folder):
    """Parameters and objectives by number of the trial."""
    trials = optuna.load_study(study_name=STUDY, storage=f"sqlite:///{folder}/search.db").trials
    return {trial.number: (trial.params, trial.values) for trial in trials if trial.values}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"floatx": "float8"}, "`floatx` in Keras's settings .*keras.json must be one of float16, .* got 'float8'"),
        ({"epsilon": 1}, "`epsilon` in Keras's settings .*keras.json must be a number with a decimal point; got 1"),
        (["channels_last"], r"Keras's settings .*keras.json must be a JSON object; got \['channels_last'\]"),
    ],
)
def test_a_file_that_keeps_keras_from_being_imported_is_named(tmp_path, monkeypatch, content, message):
    from search.errors import SearchError
    from search.training.environment import prepare

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text(json.dumps(content))
    with pytest.raises(SearchError, match=message):
        prepare()
    assert json.loads((tmp_path / "keras.json").read_text()) == content


@pytest.mark.parametrize("text", ["", "{", json.dumps({"floatx": "float16"})])
def test_a_file_that_keras_reads_or_ignores_is_no_error(tmp_path, monkeypatch, text):
    from search.training.environment import prepare

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text(text)
    prepare()


FAILING = """
    import os
    import keras

    class Fails(keras.layers.Layer):
        def call(self, inputs):
            if os.environ.get("TF_NUM_INTEROP_THREADS"):  # as workers have it
                raise ValueError("nobody [/] may train [gelu, swish]\\nHere is more")
            return inputs

    def build(hp):
        images = keras.Input((32, 32, 3))
        tensor = Fails()(keras.layers.Conv2D(hp.Int("units [gelu, swish] [/]", 4, 64, step=4), 3)(images))
        return keras.Model(images, keras.layers.Dense(10)(keras.layers.GlobalAveragePooling2D()(tensor)))
"""


def test_a_search_whose_every_training_fails_says_why_with_status_1(in_process, tmp_path):
    (tmp_path / "failing_nets.py").write_text(textwrap.dedent(FAILING))
    flags = [*QUICK, "--max-flops", "none", "--space", "failing_nets:build", "--study", "[/] :dog: [red]"]
    done = in_process("search.run", *flags, "--trials", "2", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        "error: no training of this search has a result; 2 networks failed. "
        "Each time: ValueError: nobody [/] may train [gelu, swish].\n"
    )
    assert "Study '[/] :dog: [red]' begins" in done.stdout
    assert "no result: ValueError: nobody [/] may train [gelu, swish]  units [gelu, swish] [/] " in done.stdout

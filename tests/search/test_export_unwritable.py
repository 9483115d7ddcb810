"""A network that some formats can't hold is exported all the same, and the report says what is not there and why."""

import json
import textwrap

import pytest

QUICK = ["--dataset", "digits", "--train-limit", "100", "--epochs", "1", "--max-flops", "none", "--workers", "1"]

NETS = """
    import keras
    from keras import layers

    class Scaled(layers.Layer):
        def __init__(self, function):  # an argument that Keras can't store
            super().__init__()
            self.function = function

        def call(self, inputs):
            return self.function(inputs)

    def build(hp):
        images = keras.Input((32, 32, 3))
        tensor = layers.Conv2D(hp.Choice("filters [a] [/]", [4, 8]), 3, strides=4, activation="gelu")(images)
        tensor = Scaled(lambda values: keras.ops.erf(values))(tensor)
        return keras.Model(images, layers.Dense(10)(layers.GlobalAveragePooling2D()(tensor)))
"""


@pytest.mark.long
def test_all_that_can_be_written_is_and_the_report_says_what_is_not(command, tmp_path):
    (tmp_path / "nets.py").write_text(textwrap.dedent(NETS))
    searched = command("search.run", *QUICK, "--trials", "1", "--space", "nets:build", folder=tmp_path)
    assert searched.returncode == 0, searched.stderr
    done = command("search.export", "--output", "out", "--epochs", "1", "--formats", "all", folder=tmp_path)
    assert done.returncode == 1 and "error in the program" not in done.stderr
    problems = json.loads((tmp_path / "out" / "report.json").read_text())["not_written"]
    assert problems.keys() == {"keras", "litert", "litert-int8"}
    assert problems["keras"].startswith("NotImplementedError: Object Scaled was created by passing non-serializable")
    assert problems["litert-int8"] == "ConverterError: 'tf.Erf' op is neither a custom op nor a flex op"
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<b>litert-int8</b> could not be written: ConverterError" in page and "filters [a] [/]" in page
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"saved_model", "model.onnx", "labels.txt"}
    assert not (tmp_path / "out" / "model.tflite").exists() and not list((tmp_path / "out").glob(".partial*"))
    lines = done.stdout.splitlines()
    told = next(index for index, line in enumerate(lines) if "can't be written in the format litert-int8" in line)
    trained = next(index for index, line in enumerate(lines) if "epoch   1/1" in line)
    assert told < trained
    refused = command("search.export", "--output", "none", "--formats", "keras", folder=tmp_path)
    assert refused.returncode == 1 and "Nothing was trained. Give other --formats." in refused.stderr
    assert not (tmp_path / "none").exists()
    small = command("search.export", "--output", "none", "--sparsity", "0.5", folder=tmp_path)
    assert small.returncode == 1
    assert small.stderr == ("error: trial 0 has no kernel of 1,000 weights or more to prune. Leave --sparsity out.\n")
    assert not (tmp_path / "none").exists()

"""Files that claim to be models: ours open; broken, newer and hostile ones are refused before Keras sees them."""

import json
import zipfile
from random import Random

import keras
import numpy as np
import pytest

from search.devices.deployable import deployable
from search.devices.keras_file import KERAS_LAYERS, REFUSED_LAYERS, ModelFileError, open_model
from spaces.reference import REFERENCES

SHAPE = (16, 16, 3)


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "model.keras"
    deployable(REFERENCES["SeparableCNN"](input_shape=SHAPE).build()).save(path)
    return path


def changed(path, folder, change):
    """A copy of a model file whose config went through `change`."""
    copy = folder / "changed.keras"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                config = json.loads(content)
                change(config)
                content = json.dumps(config).encode()
            target.writestr(name, content)
    return copy


@pytest.mark.parametrize("name", REFERENCES)
def test_our_own_networks_open(name, tmp_path):
    model = deployable(REFERENCES[name](input_shape=SHAPE).build())
    model.save(tmp_path / "model.keras")
    images = np.random.default_rng(0).integers(0, 256, (3, *SHAPE), dtype=np.uint8)
    opened = open_model(tmp_path / "model.keras")
    np.testing.assert_allclose(opened(images).numpy(), model(images).numpy(), atol=1e-6)


def layer_of(config, kind):
    """The first layer of a kind, at any depth."""
    waiting = [config]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, dict):
            if part.get("class_name") == kind:
                return part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    raise AssertionError(kind)


def as_lambda(config):
    code = {"class_name": "__lambda__", "config": {"value": ["4wA=", None, None]}}
    layer = layer_of(config, "Rescaling")
    layer |= {"class_name": "Lambda", "config": {"name": "scale", "function": code}}


def as_function_of_os(config):
    layer_of(config, "Activation")["config"]["activation"] = {
        "module": "os",
        "class_name": "function",
        "config": "system",
        "registered_name": "system",
    }


def as_other_module(config):
    layer_of(config, "Dense")["module"] = "subprocess"


def as_registered(config):
    layer_of(config, "Dense")["registered_name"] = "somewhere>Dense"


def as_saved_elsewhere(config):
    layer = layer_of(config, "Dense")
    layer |= {"class_name": "TFSMLayer", "config": {"filepath": "/etc", "name": "dense"}}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (as_lambda, "Lambda"),
        (as_function_of_os, "os.function"),
        (as_other_module, "subprocess.Dense"),
        (as_registered, "Dense"),
        (as_saved_elsewhere, "TFSMLayer"),
    ],
)
def test_what_could_run_code_is_refused_unseen(ours, tmp_path, change, named, monkeypatch):
    def seen(*arguments, **options):
        raise AssertionError("Keras has seen the file")

    monkeypatch.setattr(keras.models, "load_model", seen)
    with pytest.raises(
        ModelFileError, match=r"which is not a safe part of Keras's own\. Give a model\.keras"
    ) as refused:
        open_model(changed(ours, tmp_path, change))
    assert named in str(refused.value)


def test_a_layer_with_settings_of_a_newer_version_is_refused(ours, tmp_path):
    def newer(config):
        layer_of(config, "Dense")["config"]["shininess"] = 3

    with pytest.raises(ModelFileError, match="can't be opened"):
        open_model(changed(ours, tmp_path, newer))


@pytest.mark.parametrize("config", ["9" * 5_000, "[" * 100_000, '{"class_name": ' + "9" * 5_000 + "}"], ids=range(3))
def test_a_config_without_an_end_is_refused(ours, tmp_path, config):
    path = tmp_path / "endless.keras"
    with zipfile.ZipFile(ours) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, config if name == "config.json" else source.read(name))
    with pytest.raises(ModelFileError, match="is broken"):
        open_model(path)


@pytest.mark.parametrize("error", [RuntimeError("of any kind\nand more"), RecursionError(), MemoryError()])
def test_whatever_keras_raises_is_a_sentence(ours, monkeypatch, error):
    def fail(*arguments, **named):
        raise error

    monkeypatch.setattr(keras.models, "load_model", fail)
    with pytest.raises(
        ModelFileError, match=r"can't be opened \((RuntimeError: of any kind and more|RecursionError|MemoryError)\)"
    ):
        open_model(ours)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04\x95pickled", b"x" * 5000])
def test_broken_files_are_refused(tmp_path, content):
    path = tmp_path / "model.keras"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="is broken"):
        open_model(path)


def test_an_archive_damaged_anywhere_is_refused_or_opened(ours, tmp_path, monkeypatch):
    monkeypatch.setattr(keras.models, "load_model", lambda *arguments, **named: "opened")
    random, whole = Random(1), ours.read_bytes()
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(3):  # the directory at the end is what most depends on
            damaged[random.randrange(max(0, len(damaged) - 400), len(damaged))] = random.randrange(256)
        (tmp_path / "damaged.keras").write_bytes(damaged)
        try:
            open_model(tmp_path / "damaged.keras")
        except ModelFileError as refused:
            assert "\n" not in str(refused)


def test_a_cut_file_and_a_folder_are_refused(ours, tmp_path):
    (tmp_path / "cut.keras").write_bytes(ours.read_bytes()[:-100])
    with pytest.raises(ModelFileError, match="is broken"):
        open_model(tmp_path / "cut.keras")
    with pytest.raises(ModelFileError, match="is a folder"):
        open_model(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_model(tmp_path / "nothing.keras")


def test_other_members_and_bombs_are_refused(ours, tmp_path):
    extra = tmp_path / "extra.keras"
    extra.write_bytes(ours.read_bytes())
    with zipfile.ZipFile(extra, "a") as archive:
        archive.writestr("assets/run.py", "print(1)")
    with pytest.raises(ModelFileError, match="were expected"):
        open_model(extra)
    bomb = tmp_path / "bomb.keras"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", b"")
        archive.writestr("config.json", b" " * 11_000_000)
    with pytest.raises(ModelFileError, match="would unpack to"):
        open_model(bomb)


def test_weights_that_are_not_of_the_network_are_refused(ours, tmp_path):
    other = tmp_path / "other.keras"
    with zipfile.ZipFile(ours) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"nonsense" if name.endswith("h5") else source.read(name))
    with pytest.raises(ModelFileError, match="can't be opened"):
        open_model(other)


def attended(tensor):
    return keras.layers.MultiHeadAttention(2, 3)(tensor, tensor)


SEQUENCES = {  # of tensors of shape (n, 16, 6)
    "MultiHeadAttention": attended,
    "GroupQueryAttention": lambda tensor: keras.layers.GroupQueryAttention(4, 4, 2)(tensor, tensor),
    "Attention": lambda tensor: keras.layers.Attention()([tensor, tensor]),
    "LayerNormalization": lambda tensor: keras.layers.LayerNormalization()(tensor),
    "EinsumDense": lambda tensor: keras.layers.EinsumDense("abc,cd->abd", output_shape=(None, 5))(tensor),
    "Embedding": lambda tensor: keras.layers.Embedding(7, 4)(keras.ops.cast(keras.ops.relu6(tensor), "int32")),
    "LSTM": lambda tensor: keras.layers.LSTM(3)(tensor),
    "RNN of cells": lambda tensor: keras.layers.RNN([keras.layers.GRUCell(3), keras.layers.LSTMCell(2)])(tensor),
    "TimeDistributed": lambda tensor: keras.layers.TimeDistributed(keras.layers.Dense(3))(tensor),
    "Bidirectional": lambda tensor: keras.layers.Bidirectional(keras.layers.GRU(3))(tensor),
    "SpectralNormalization": lambda tensor: keras.layers.SpectralNormalization(keras.layers.Dense(3))(tensor),
    "operations": lambda tensor: (
        keras.ops.einsum("abc,adc->abd", tensor, tensor) / (1 + keras.ops.square(tensor[..., :1]))
    ),
    "constants": lambda tensor: keras.ops.take(tensor, np.array([0, 2]), axis=1) ** 2.0,
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_layer_of_kerass_own_is_read_back(name, tmp_path):
    inputs = keras.Input((16, 6))
    model = keras.Model(inputs, keras.layers.Flatten()(SEQUENCES[name](inputs)))
    model.save(tmp_path / "model.keras")
    values = np.random.default_rng(0).normal(size=(3, 16, 6)).astype("float32")
    np.testing.assert_allclose(open_model(tmp_path / "model.keras")(values), model(values), atol=1e-6)


def test_every_layer_of_keras_is_known_as_safe_or_as_refused():
    kinds = {
        kind.__name__
        for kind in vars(keras.layers).values()
        if isinstance(kind, type) and issubclass(kind, keras.layers.Layer)
    }
    assert kinds - KERAS_LAYERS == REFUSED_LAYERS & kinds


def test_an_operation_that_calls_a_function_is_refused(tmp_path):
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.ops.map(lambda value: 2 * value, inputs))
    model.save(tmp_path / "model.keras")
    with pytest.raises(ModelFileError, match=r"keras\.src\.ops\.core\.Map, which is not a safe part"):
        open_model(tmp_path / "model.keras")

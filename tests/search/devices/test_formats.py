"""Each format against the Keras model: the same probabilities, BatchNorm folded, integers throughout, sizes by hand."""

import zipfile

import keras
import numpy as np
import pytest
from keras import layers

from search.devices.deployable import deployable
from search.devices.file_sizes import sizes
from search.devices.formats import FORMATS, check_installed, is_installed, problem_of, write, write_and_load
from search.devices.keras_file import ModelFileError
from search.errors import UsageError
from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv, Xception
from spaces.heads import FlattenHead, GlobalAverageHead
from spaces.model_io import with_standard_io

SHAPE = (16, 16, 3)
BODY = (StandardConv(8), MaxPool(), SeparableConv(16), Residual((SeparableConv(16, depth_multiplier=2),)))
NETWORKS = {
    "average": Architecture(SHAPE, BODY, GlobalAverageHead(4)),
    "flatten": Architecture(SHAPE, BODY, FlattenHead(4)),
}


INT8 = ("litert-int8", "c")


def network(name):
    return after_some_training(NETWORKS[name])


def after_some_training(architecture):
    """The model, built, with other scales, offsets and averages of BatchNorm than fresh ones."""
    model = architecture.build()
    random = np.random.default_rng(0)
    for weight in model.weights:
        if weight.name in ("gamma", "beta", "moving_mean", "moving_variance"):
            weight.assign(weight + random.uniform(0, 0.5, weight.shape))
    return model


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).integers(0, 256, (40, *SHAPE), dtype=np.uint8)


@pytest.fixture(scope="module", params=["average", pytest.param("flatten", marks=pytest.mark.long)])
def written(request, images, tmp_path_factory):
    folder = tmp_path_factory.mktemp("formats")
    model = network(request.param)
    for name in FORMATS:
        write(name, model, folder, calibration=images)
    assert not list(folder.glob(".partial*"))
    return folder, deployable(model)(images).numpy()


@pytest.mark.parametrize(("name", "tolerance"), [(name, 0.05 if name in INT8 else 1e-5) for name in FORMATS])
def test_a_file_loaded_back_gives_the_same_probabilities_for_any_batch(written, images, name, tolerance):
    folder, expected = written
    run = FORMATS[name].load(folder / FORMATS[name].file)
    for batch in (1, 7, 40):
        probabilities = run(images[:batch])
        assert probabilities.dtype == np.float32
        np.testing.assert_allclose(probabilities, expected[:batch], atol=tolerance)


@pytest.mark.long
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_every_kind_of_block(images, tmp_path, name):
    blocks = (
        Resize(12, 12),
        StandardConv(8, bias=False, activation="hard_silu"),
        InvertedResidual(16, 5, strides=2, expansion=4.0, squeeze_excite=1 / 4, activation="hard_silu"),
        InvertedResidual(16, expansion=2.0, squeeze_excite=1 / 16, activation="silu"),
        Xception(16),
        Xception(24, strides=2),
        StandardConv(32, 1, activation="silu"),
    )
    model = after_some_training(Architecture(SHAPE, blocks, GlobalAverageHead(4)))
    run = FORMATS[name].load(write(name, model, tmp_path, calibration=images))
    expected = deployable(model)(images).numpy()
    for batch in (1, 40):
        np.testing.assert_allclose(run(images[:batch]), expected[:batch], atol=0.05 if name in INT8 else 1e-5)


def operations(path):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    return [op["op_name"] for op in interpreter._get_ops_details() if op["op_name"] != "DELEGATE"], interpreter


def test_int8_computes_in_integers(written):
    names, interpreter = operations(written[0] / "model-int8.tflite")
    assert not {"QUANTIZE", "DEQUANTIZE", "CAST"} & set(names)
    assert not [tensor["name"] for tensor in interpreter.get_tensor_details() if tensor["dtype"] == np.float32]


def test_batch_norm_is_folded(written):
    import onnx

    convolutions = 5  # one standard, two separable of two halves each
    names, _ = operations(written[0] / "model.tflite")
    assert names.count("CONV_2D") + names.count("DEPTHWISE_CONV_2D") == convolutions
    assert names.count("MUL") == 1 and names.count("ADD") == 2  # the preprocessing's, and one residual
    graph = onnx.load(written[0] / "model.onnx").graph
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("Conv") == convolutions
    assert kinds.count("BatchNormalization") == 0 and kinds.count("Mul") == 1


def test_sizes_are_of_all_files_and_compressed_by_content(tmp_path):
    (tmp_path / "a").write_bytes(bytes(10_000))
    (tmp_path / "b").write_bytes(np.random.default_rng(0).bytes(5_000))
    size, compressed = sizes(tmp_path)
    assert size == 15_000
    assert 5_000 < compressed < 5_500
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("zeros", bytes(20_000))
    size, compressed = sizes(tmp_path / "c.zip")
    assert size > 20_000 and compressed < 500


def test_a_missing_package_is_named_with_what_to_do(monkeypatch):
    import importlib.util

    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else find_spec(name))
    check_installed(["keras", "litert"])
    assert is_installed("litert") and not is_installed("onnx")
    with pytest.raises(UsageError, match=r"format onnx needs onnxruntime, .* pip install '\.\[export\]'"):
        check_installed(["keras", "onnx"])


ACTIVATIONS = sorted(
    name
    for name in dir(keras.activations)
    if not name.startswith("_")
    and name not in ("deserialize", "get", "glu", "serialize", "threshold")  # no activations
)
OPERATIONS = {
    "grouped convolution": layers.Conv2D(8, 3, groups=2),
    "transposed convolution": layers.Conv2DTranspose(3, 3, strides=2),
    "gelu": lambda tensor: keras.ops.gelu(tensor, approximate=False),
    "attention": lambda tensor: attended(layers.Reshape((16, 16))(tensor)),
    "flipped images": layers.RandomFlip(),
    "turned images": layers.RandomRotation(0.2),
}


def attended(tensor):
    return layers.MultiHeadAttention(2, 3)(tensor, tensor)


def with_part(part, *, shape=(8, 8, 3)):
    keras.utils.set_random_seed(1)
    inputs = keras.Input(shape)
    tensor = layers.Flatten()(part(layers.Conv2D(4, 3, padding="same")(inputs)))
    return with_standard_io(keras.Model(inputs, layers.Dense(4)(tensor)), input_shape=shape, classes=4)


def difference(name, model, folder):
    """The largest one between a file and the network as it predicts, over some images."""
    some = np.random.default_rng(1).integers(0, 256, (20, *model.input_shape[1:]), dtype=np.uint8)
    _, run = write_and_load(name, model, folder, calibration=some)
    return np.abs(run(some) - deployable(model, training=False)(some).numpy()).max()


@pytest.mark.parametrize(
    "activation", ["gelu", "celu", *(pytest.param(n, marks=pytest.mark.long) for n in ACTIVATIONS)]
)
def test_onnx_holds_every_activation_of_keras(activation, tmp_path):
    assert difference("onnx", with_part(layers.Activation(activation)), tmp_path) < 1e-5


@pytest.mark.parametrize("operation", OPERATIONS)
def test_onnx_holds_what_its_converter_does_not_know(operation, tmp_path):
    assert difference("onnx", with_part(OPERATIONS[operation]), tmp_path) < 1e-5


@pytest.mark.parametrize("name", ["keras", "savedmodel", "litert", "litert-int8", "c"])
def test_layers_that_augment_do_nothing_in_a_file(name, tmp_path):
    model = with_part(lambda tensor: layers.RandomFlip()(layers.RandomContrast(0.9)(tensor)))
    assert difference(name, model, tmp_path) < (0.05 if name in INT8 else 1e-5)


def test_a_format_that_fails_leaves_no_file(tmp_path):
    model = with_part(lambda tensor: layers.Lambda(lambda values: 2 * values)(tensor))
    with pytest.raises(ModelFileError) as refused:
        write_and_load("keras", model, tmp_path, calibration=np.zeros((1, 8, 8, 3), np.uint8))
    assert problem_of(refused.value) == "asks for keras.layers.Lambda, which is not a safe part of Keras's own"
    assert not list(tmp_path.iterdir())

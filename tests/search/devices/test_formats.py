"""Each format against the Keras model: the same probabilities, BatchNorm folded, integers throughout, sizes by hand."""

import zipfile

import numpy as np
import pytest

from search.devices.deployable import deployable
from search.devices.formats import FORMATS, check_installed, check_readable, is_installed, sizes, write
from search.errors import UsageError
from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv, Xception
from spaces.cost import Cost, LayerCost
from spaces.heads import FlattenHead, GlobalAverageHead

SHAPE = (16, 16, 3)
BODY = (StandardConv(8), MaxPool(), SeparableConv(16), Residual((SeparableConv(16, depth_multiplier=2),)))
NETWORKS = {
    "average": Architecture(SHAPE, BODY, GlobalAverageHead(4)),
    "flatten": Architecture(SHAPE, BODY, FlattenHead(4)),
}


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


@pytest.mark.parametrize(("name", "tolerance"), [(name, 0.05 if "int8" in name else 1e-5) for name in FORMATS])
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
        np.testing.assert_allclose(run(images[:batch]), expected[:batch], atol=0.05 if "int8" in name else 1e-5)


def operations(path):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    return [op["op_name"] for op in interpreter._get_ops_details() if op["op_name"] != "DELEGATE"], interpreter


def test_int8_takes_pixels_as_they_are_and_computes_in_integers(written):
    names, interpreter = operations(written[0] / "model-int8.tflite")
    assert not {"DEQUANTIZE", "CAST"} & set(names)
    [inputs], [outputs] = interpreter.get_input_details(), interpreter.get_output_details()
    assert (inputs["dtype"], inputs["quantization"]) == (np.uint8, (1.0, 0))
    assert (outputs["dtype"], outputs["quantization"]) == (np.uint8, (1 / 256, 0))
    floats = [tensor["name"] for tensor in interpreter.get_tensor_details() if tensor["dtype"] == np.float32]
    assert not floats


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
    with pytest.raises(UsageError, match=r"format onnx needs onnxruntime, .* -m pip install '.*\[export\]'"):
        check_installed(["keras", "onnx"])


def test_custom_layers_are_refused_for_keras_files_alone():
    cost = Cost((LayerCost("custom", "CustomLayer", (8, 8, 4), multiply_adds=0, parameters=0, activation_bytes=0),))
    check_readable(["savedmodel", "onnx"], cost, of="your network")
    with pytest.raises(
        UsageError, match=r"^your network has the custom layers CustomLayer\. .* keras out of --formats"
    ):
        check_readable(["keras", "onnx"], cost, of="your network")
    check_readable(["keras"], NETWORKS["average"].cost(), of="our network")

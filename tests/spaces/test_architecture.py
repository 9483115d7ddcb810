"""Architectures: to JSON and back, keys, cost, and every mistake that a file can have."""

import copy
import hashlib
import json
from random import Random

import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters
from spaces import reference
from spaces.architecture import Architecture, build_from_file, from_dict, from_json, read_file
from spaces.blocks import InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv, Xception
from spaces.heads import FlattenHead, GlobalAverageHead
from spaces.hybrid import HybridSpace


def random_architectures(count):
    space, random = HybridSpace(), Random(1)
    return [space.architecture(RandomHyperParameters(random)) for _ in range(count)]


@pytest.mark.parametrize(
    "architecture",
    [
        *random_architectures(40),
        *(make() for make in reference.REFERENCES.values()),
    ],
)
def test_json_brings_an_architecture_back(architecture):
    again = from_json(architecture.to_json())
    assert again == architecture
    assert again.key == architecture.key


@pytest.mark.parametrize("architecture", random_architectures(40))
def test_a_key_is_the_hash_that_stored_studies_have(architecture):
    text = json.dumps(architecture.to_dict(), sort_keys=True)
    assert architecture.key == hashlib.sha256(text.encode()).hexdigest()[:16]


def test_keys_tell_networks_apart_and_equal_ones_together():
    architectures = random_architectures(500)
    descriptions = {json.dumps(a.to_dict(), sort_keys=True) for a in architectures}
    assert len({a.key for a in architectures}) == len(descriptions)
    reordered = json.loads(json.dumps(dict(reversed(reference.resnet8().to_dict().items()))))
    assert from_dict(reordered).key == reference.resnet8().key


def test_an_int_and_a_float_of_one_value_are_one_network():
    one, two = (Architecture((8, 8, 3), (StandardConv(4),), FlattenHead(2, dropout=d)) for d in (0, 0.0))
    assert one.key == two.key


def test_a_file_is_built_by_one_call(tmp_path):
    path = tmp_path / "architecture.json"
    path.write_text(reference.separable_cnn().to_json())
    model = build_from_file(path)
    assert model.count_params() == 275_909
    assert model.output_shape == (None, 10)


def test_equal_ratios_are_one_network_however_they_are_written():
    one, two = (
        Architecture((8, 8, 3), (InvertedResidual(4, expansion=e, squeeze_excite=s),), GlobalAverageHead(2))
        for e, s in ((2, 0), (2.0, 0.0))
    )
    assert one.key == two.key


OTHERS = Architecture((8, 8, 3), (Resize(6, 6), InvertedResidual(8), Xception(8)), GlobalAverageHead(2))


@pytest.mark.parametrize(
    ("block", "change", "message"),
    [
        (0, {"height": 0}, "block 1: `height` must be a whole number of 1 or more; got 0"),
        (0, {"width": 1.5}, "block 1: `width` must be a whole number up to"),
        (0, {"depth": 3}, "block 1: unknown field 'depth'"),
        (1, {"filters": 0}, "filters"),
        (1, {"strides": 0}, "strides"),
        (1, {"kernel_size": "3"}, "kernel_size"),
        (1, {"expansion": 0.5}, "block 2: `expansion` must be a ratio from 1 to 100; got 0.5"),
        (1, {"expansion": 1e300}, "expansion"),
        (1, {"expansion": float("nan")}, "`expansion` must be a finite number"),
        (1, {"squeeze_excite": 2.0}, "block 2: `squeeze_excite` must be a share from 0 to 1; got 2.0"),
        (1, {"squeeze_excite": -0.1}, "squeeze_excite"),
        (1, {"activation": "magic"}, "activation"),
        (2, {"convolutions": 0}, "block 3: `convolutions` must be a whole number from 1 to 100; got 0"),
        (2, {"convolutions": 10**9}, "convolutions"),
        (2, {"filters": True}, "filters"),
        (2, {"kind": "inverted_residual"}, "convolutions|unknown field"),
    ],
)
def test_a_broken_block_is_refused_in_a_sentence(block, change, message):
    data = copy.deepcopy(OTHERS.to_dict())
    data["blocks"][block] |= {"convolutions": 2} | change if change.get("kind") else change
    with pytest.raises(ValueError, match=message) as error:
        from_dict(data)
    assert str(error.value).isprintable() and len(str(error.value)) < 600


def test_only_convolutions_stand_in_a_residual_block():
    data = copy.deepcopy(reference.resnet8().to_dict())
    data["blocks"][1]["body"] = [OTHERS.to_dict()["blocks"][1]]
    with pytest.raises(ValueError, match="`kind` must be one of standard, separable; got 'inverted_residual'"):
        from_dict(data)


def broken(change):
    data = copy.deepcopy(reference.resnet8().to_dict())
    change(data)
    return data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(format=2), "format"),
        (lambda d: d.pop("format"), "format"),
        (lambda d: d.update(input_shape="32"), "input_shape"),
        (lambda d: d.update(input_shape=[32, 32]), "input_shape"),
        (lambda d: d.update(input_shape=[32, 32, -3]), "input_shape"),
        (lambda d: d.update(input_shape=[32, 32, True]), "input_shape"),
        (lambda d: d.update(blocks={}), "blocks"),
        (lambda d: d["blocks"].append(3), "block 5"),
        (lambda d: d["blocks"][0].update(kind="magic"), "kind"),
        (lambda d: d["blocks"][0].update(kind=["standard"]), "kind"),
        (lambda d: d["blocks"][0].update(filters="16"), "filters"),
        (lambda d: d["blocks"][0].update(filters=0), "filters"),
        (lambda d: d["blocks"][0].update(filters=True), "filters"),
        (lambda d: d["blocks"][0].pop("filters"), "filters missing"),
        (lambda d: d["blocks"][0].update(depth_multiplier=2), "depth_multiplier"),
        (lambda d: d["blocks"][0].update(activation="magic"), "activation"),
        (lambda d: d["blocks"][0].update(l2=float("nan")), "l2"),
        (lambda d: d["blocks"][0].update(l2=float("inf")), "`l2` must be a finite number"),
        (lambda d: d["blocks"][0].update(l2=10**400), "`l2` must be a finite number"),
        (lambda d: d["blocks"][0].update(filters=2**31), "`filters` must be a whole number up to 2,147,483,647"),
        (lambda d: d["blocks"][0].update(filters="x" * 10_000), "filters"),
        (lambda d: d["blocks"][0].update({"x" * 10_000: 1}), "unknown field"),
        (lambda d: d.update(input_shape=[32, 32, 10**400]), "input_shape"),
        (lambda d: d.update(input_shape=list(range(10_000))), "input_shape"),
        (lambda d: d["blocks"][1].update(body=[]), "body"),
        (lambda d: d["blocks"][1].update(body=7), "body"),
        (lambda d: d["blocks"][1].update(shortcut=7), "shortcut"),
        (lambda d: d["blocks"][2].update(shortcut=None), "shape"),
        (lambda d: d["blocks"].extend([{"kind": "max_pool", "size": 2}] * 9), "max-pool"),
        (lambda d: d["head"].update(classes=1), "classes"),
        (lambda d: d["head"].update(dropout=1.0), "dropout"),
        (lambda d: d.pop("head"), "head"),
    ],
)
def test_a_broken_description_is_refused_in_a_sentence(change, message):
    with pytest.raises(ValueError, match=message) as error:
        from_dict(broken(change))
    assert str(error.value).isprintable() and len(str(error.value)) < 600


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "null", "3", "[" * 100_000, "9" * 5_000, "[" * 900 + "]" * 900], ids=range(8)
)
def test_a_text_without_an_architecture_is_refused(text):
    with pytest.raises(ValueError, match="architecture") as error:
        from_json(text)
    assert "set_int_max_str_digits" not in str(error.value) and len(str(error.value)) < 600


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00", "architecture.json: an architecture is a JSON text; this file is not text"),
        (b" " * 1_000_001, "architecture.json: an architecture has at most 1,000,000 characters"),
        (b"{}", "architecture.json: an architecture of format 1 was expected; got format None"),
        (
            Architecture((8, 8, 1), (StandardConv(2**20, 31), StandardConv(2)), FlattenHead(2)).to_json().encode(),
            "architecture.json: a network may have at most 1,000,000,000 parameters; this one has",
        ),
        (
            Architecture((2**15, 2**15, 3), (), GlobalAverageHead(2)).to_json().encode(),
            "architecture.json: a network may have at most 2,500,000,000 bytes of feature maps",
        ),
    ],
    ids=["not text", "too long", "another format", "too many parameters", "maps too large"],
)
def test_a_file_that_can_not_be_built_is_refused(content, message, tmp_path):
    (tmp_path / "architecture.json").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_file(tmp_path / "architecture.json")


def test_a_network_of_a_hypermodel_is_no_architecture():
    with pytest.raises(ValueError, match="a network of the hypermodel 'a:b', whose code is not in the file"):
        from_dict({"hypermodel": "a:b"})


def test_a_byte_order_mark_is_ignored(tmp_path):
    (tmp_path / "architecture.json").write_text(reference.resnet8().to_json(), encoding="utf-8-sig")
    assert read_file(tmp_path / "architecture.json") == reference.resnet8()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StandardConv(0), "filters"),
        (lambda: StandardConv(4, kernel_size=0), "kernel_size"),
        (lambda: SeparableConv(4, depth_multiplier=0), "depth_multiplier"),
        (lambda: SeparableConv(4, depthwise_l2=-1.0), "depthwise_l2"),
        (lambda: MaxPool(1), "size"),
        (lambda: Residual(()), "body"),
        (lambda: InvertedResidual(4, expansion=0.9), "expansion"),
        (lambda: InvertedResidual(4, squeeze_excite=float("nan")), "squeeze_excite"),
        (lambda: Xception(4, convolutions=0), "convolutions"),
        (lambda: Resize(4, 0), "width"),
        (lambda: GlobalAverageHead(10, dropout=-0.1), "dropout"),
    ],
)
def test_a_block_refuses_impossible_values(make, message):
    with pytest.raises(ValueError, match=message):
        make()

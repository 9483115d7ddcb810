"""Architectures: JSON there and back, keys, and everything that can be wrong in a file."""

import copy
import json
from random import Random

import pytest

from search.optimizer.hyperparameters import RandomHyperParameters
from spaces import reference
from spaces.architecture import Architecture, build_from_file, from_dict, from_json, read_file
from spaces.blocks import MaxPool, Residual, SeparableConv, StandardConv
from spaces.heads import FlattenHead, GlobalAverageHead
from spaces.hybrid import HybridSpace


def random_architectures(count):
    space, random = HybridSpace(), Random(1)
    return [space.architecture(RandomHyperParameters(random)) for _ in range(count)]


@pytest.mark.parametrize(
    "architecture", [*random_architectures(20), *(make() for make in reference.REFERENCES.values())]
)
def test_json_brings_an_architecture_back(architecture):
    again = from_json(architecture.to_json())
    assert again == architecture
    assert again.key == architecture.key


def test_keys_tell_networks_apart_and_equal_ones_together():
    architectures = random_architectures(500)
    described = {json.dumps(a.to_dict(), sort_keys=True) for a in architectures}
    assert len({a.key for a in architectures}) == len(described)
    rewritten = json.loads(json.dumps(dict(reversed(reference.resnet8().to_dict().items()))))
    assert from_dict(rewritten).key == reference.resnet8().key


def test_whole_and_broken_numbers_of_one_value_are_one_network():
    one, two = (Architecture((8, 8, 3), (StandardConv(4),), FlattenHead(2, dropout=d)) for d in (0, 0.0))
    assert one.key == two.key


def test_a_file_is_rebuilt_by_one_call(tmp_path):
    path = tmp_path / "architecture.json"
    path.write_text(reference.separable_cnn().to_json())
    model = build_from_file(path)
    assert model.count_params() == 275_909
    assert model.output_shape == (None, 10)


def broken(change):
    data = copy.deepcopy(reference.resnet8().to_dict())
    change(data)
    return data


@pytest.mark.parametrize(
    ("change", "said"),
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
def test_a_broken_description_is_refused_in_a_sentence(change, said):
    with pytest.raises(ValueError, match=said) as refusal:
        from_dict(broken(change))
    assert str(refusal.value).isprintable() and len(str(refusal.value)) < 600


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "null", "3", "[" * 100_000, "9" * 5_000, "[" * 900 + "]" * 900], ids=range(8)
)
def test_what_is_no_architecture_is_refused(text):
    with pytest.raises(ValueError, match="architecture") as refusal:
        from_json(text)
    assert "set_int_max_str_digits" not in str(refusal.value) and len(str(refusal.value)) < 600


def test_a_byte_order_mark_is_passed_over(tmp_path):
    (tmp_path / "architecture.json").write_text(reference.resnet8().to_json(), encoding="utf-8-sig")
    assert read_file(tmp_path / "architecture.json") == reference.resnet8()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: StandardConv(0), "filters"),
        (lambda: StandardConv(4, kernel_size=0), "kernel_size"),
        (lambda: SeparableConv(4, depth_multiplier=0), "depth_multiplier"),
        (lambda: SeparableConv(4, depthwise_l2=-1.0), "depthwise_l2"),
        (lambda: MaxPool(1), "size"),
        (lambda: Residual(()), "body"),
        (lambda: GlobalAverageHead(10, dropout=-0.1), "dropout"),
    ],
)
def test_a_block_refuses_what_it_cannot_be(make, said):
    with pytest.raises(ValueError, match=said):
        make()

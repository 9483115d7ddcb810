"""The drawing of both convolutions: an XML that holds the numbers, with a line for each dependency that is shown."""

import xml.etree.ElementTree as ElementTree

import pytest

from search.comparison.drawing import drawing, two_drawings
from search.comparison.networks import NamedNetwork
from search.comparison.savings import example, savings_of
from spaces.architecture import Architecture
from spaces.blocks import SeparableConv
from spaces.heads import GlobalAverageHead
from spaces.reference import REFERENCES

SVG = "{http://www.w3.org/2000/svg}"


def saving(*names):
    return example(savings_of([NamedNetwork(name, REFERENCES[name]()) for name in names]))


def own(inputs, outputs, **options):
    network = Architecture((8, 8, inputs), (SeparableConv(outputs, **options),), GlobalAverageHead(10))
    return example(savings_of([NamedNetwork("own", network)]))


def words(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def lines(svg):
    return len(list(ElementTree.fromstring(svg).iter(f"{SVG}line")))


def test_the_numbers_of_the_layer_are_in_it():
    texts = words(drawing(saving("StandardCNN", "SeparableCNN")))
    for text in (
        "32 input channels",
        "64 output channels",
        "3 × 3 × 32 × 64",
        "18,432 weights, with biases 18,496 parameters",
        "16 × 16 positions × 18,432 = 4,718,592 multiply-adds",
        "3 × 3 × 32 = 288",
        "32 × 64 = 2,048",
        "2,336 weights, with biases 2,400 parameters",
        "16 × 16 positions × 2,336 = 598,016 multiply-adds",
        "1/64 + 1/9 = 0.127 of them: 7.9 times fewer",
    ):
        assert text in texts


def test_every_pair_of_channels_is_joined_in_one_and_each_channel_alone_in_the_other():
    standard, separable = two_drawings(own(3, 4))
    assert lines(standard) == 3 * 4
    assert lines(separable) == 3 + 3 * 4
    _, doubled = two_drawings(own(2, 3, depth_multiplier=2))
    assert lines(doubled) == 2 * 2 + 2 * 2 * 3
    assert "3 × 3 × 2 × 2 = 36" in words(doubled)


@pytest.mark.parametrize("inputs", [1, 2, 5, 6, 2048])
@pytest.mark.parametrize("options", [{}, {"depth_multiplier": 8}, {"kernel_size": 7, "bias": False}])
def test_everything_stays_inside(inputs, options):
    for svg in (drawing(own(inputs, 4096, **options)), *two_drawings(own(inputs, 4096, **options))):
        root = ElementTree.fromstring(svg)
        _, _, width, height = map(float, root.get("viewBox").split())
        for element in root.iter(f"{SVG}rect"):
            x, y = float(element.get("x", 0)), float(element.get("y", 0))
            assert x >= 0 and x + float(element.get("width")) <= width
            assert y >= 0 and y + float(element.get("height")) <= height
        for element in root.iter(f"{SVG}text"):
            assert 0 < float(element.get("x")) < width and 0 < float(element.get("y")) < height
    assert ("parameters" in "".join(words(svg))) == options.get("bias", True)

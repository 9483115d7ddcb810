"""The networks of a comparison: their names, their images, and no network twice."""

import pytest

from search.comparison.networks import NamedNetwork, exported_networks, reference_networks, without_duplicates
from search.errors import SearchError
from spaces.reference import resnet8, separable_cnn, standard_cnn
from tests.drawn_images import black_dataset

DIGITS = black_dataset("digits", side=32, classes=10)


@pytest.mark.parametrize(("folder", "name"), [("mine", "mine"), ("a\nb", "a b"), ("<b>", "<b>"), (" ", "exported")])
def test_an_exported_network_has_the_name_of_its_folder_in_one_line(tmp_path, folder, name):
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "architecture.json").write_text(separable_cnn().to_json())
    [network] = exported_networks([str(tmp_path / folder)], DIGITS)
    assert network.name == name
    [same] = exported_networks([str(tmp_path / folder / "architecture.json")], DIGITS)
    assert same == network


def test_a_network_for_other_images_is_refused(tmp_path):
    (tmp_path / "architecture.json").write_text(separable_cnn(classes=3).to_json())
    with pytest.raises(SearchError, match="is for images of shape .* and 3 classes; digits has .* and 10"):
        exported_networks([str(tmp_path)], DIGITS)


def test_reference_networks_are_made_for_the_images():
    [network] = reference_networks(["ResNet-8"], black_dataset("x", side=64, classes=3))
    assert (network.architecture.input_shape, network.architecture.head.classes) == ((64, 64, 3), 3)


def test_a_network_counts_once_and_a_name_is_used_once():
    networks = [
        NamedNetwork("mine", separable_cnn()),
        NamedNetwork("mine", resnet8()),
        NamedNetwork("yours", separable_cnn()),
        NamedNetwork("mine", standard_cnn()),
    ]
    assert [network.name for network in without_duplicates(networks)] == ["mine", "mine (2)", "mine (3)"]

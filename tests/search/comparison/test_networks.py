"""The networks of a comparison."""

from types import SimpleNamespace

import pytest

from search.comparison.networks import exported
from spaces.reference import separable_cnn

DIGITS = SimpleNamespace(name="digits", input_shape=(32, 32, 3), classes=10)


@pytest.mark.parametrize(("folder", "name"), [("mine", "mine"), ("a\nb", "a b"), ("<b>", "<b>"), (" ", "exported")])
def test_an_exported_network_is_called_after_its_folder_in_a_line(tmp_path, folder, name):
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "architecture.json").write_text(separable_cnn().to_json())
    [network] = exported([str(tmp_path / folder)], DIGITS)
    assert network.name == name

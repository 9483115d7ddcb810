"""Names of data sets, and the arguments that all sources share."""

from pathlib import Path

import pytest

from search.training import datasets
from search.training.datasets import DataError
from search.training.datasets.catalogue import height_width, source_of


def test_a_name_is_that_of_a_built_in_data_set_before_that_of_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("digits", "pets"):
        (tmp_path / name).mkdir()
    assert source_of("digits", data_dir=None, image_size=None) == "digits"
    assert source_of("./digits", data_dir=None, image_size=None) == Path("./digits")
    assert source_of("pets", data_dir=None, image_size=None) == Path("pets")


def test_the_home_folder_may_be_abbreviated(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "pets").mkdir()
    assert source_of("~/pets", data_dir=None, image_size=None) == tmp_path / "pets"


@pytest.mark.parametrize(
    ("image_size", "expected"), [(None, (32, 32)), (48, (48, 48)), ((16, 24), (16, 24)), ([16, 24], (16, 24))]
)
def test_an_image_size_is_a_side_or_height_and_width(image_size, expected):
    assert height_width(image_size) == expected


BAD_ARGUMENTS = [
    (
        {"name": "cifar100"},
        "'cifar100' is neither a known dataset nor a folder. Use cifar10, cluttered-digits, digits, or",
    ),
    ({"name": ""}, "'' is neither"),
    ({"name": "no/such/folder"}, "neither a known dataset nor a folder"),
    ({"name": "x" * 10_000}, "neither a known dataset nor a folder"),
    ({"name": "a\0b"}, "neither a known dataset nor a folder"),
    ({"name": __file__}, "is a file"),
    ({"name": "digits", "data_dir": "somewhere"}, "`data_dir` is for cifar10 only; got 'somewhere'"),
    ({"name": "digits", "image_size": 64}, "digits is 32x32, got 64"),
    ({"name": "cifar10", "image_size": (32, 33)}, r"cifar10 is 32x32, got \(32, 33\)"),
    ({"name": ".", "image_size": 0}, "`image_size` must be a whole number from 1 to 1024; got 0"),
    ({"name": ".", "image_size": 1025}, "got 1025"),
    ({"name": ".", "image_size": (32, 2.5)}, "got 2.5"),
    ({"name": ".", "image_size": (1, 2, 3)}, "a number of pixels or"),
    ({"name": "digits", "seed": -1}, "`seed` must be a whole number from 0 to 4294967295; got -1"),
    ({"name": "digits", "seed": 2**32}, "`seed` must be"),
    ({"name": "digits", "seed": 0.5}, "got 0.5"),
    ({"name": "digits", "train_limit": 0}, "`train_limit` must be a whole number of 1 or more; got 0"),
    ({"name": "digits", "train_limit": True}, "got True"),
    ({"name": "digits", "train_limit": 9}, "each of the 10 classes; got 9"),
]


@pytest.mark.parametrize("arguments, message", BAD_ARGUMENTS)
def test_bad_arguments_get_one_sentence(arguments, message):
    with pytest.raises(DataError, match=message) as error:
        datasets.load(**arguments)
    assert "\n" not in str(error.value) and len(str(error.value)) < 800

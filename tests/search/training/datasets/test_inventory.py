"""What has changed in a folder since its inventory was stored."""

import json
import shutil

import pytest

from search.training import datasets
from search.training.datasets import changes
from tests.search.training.datasets.image_folders import write_class


def remove(root):
    (root / "cat" / "03.png").unlink()


def remove_class(root):
    shutil.rmtree(root / "dog")


def rename(root):
    (root / "cat" / "03.png").rename(root / "cat" / "3.png")


def enlarge(root):
    with open(root / "cat" / "03.png", "ab") as file:
        file.write(b"x")


def several(root):
    remove(root)
    write_class(root / "bird", 4, seed=9)
    (root / "dog").rename(root / "hound")


def validation_folder(root):
    for part in ("val", "train"):
        for name in ("cat", "dog"):
            (root / part).mkdir(exist_ok=True)
            shutil.copytree(root / name, root / part / name)
            if part == "train":
                shutil.rmtree(root / name)


CHANGES = {
    "none": (lambda root: None, []),
    "one fewer": (remove, ["class 'cat' had 20 images and has 19"]),
    "one more": (
        lambda root: shutil.copy(root / "cat" / "03.png", root / "dog" / "x.png"),
        ["class 'dog' had 10 images and has 11"],
    ),
    "no file": (lambda root: (root / "cat" / ".DS_Store").write_bytes(b"x"), []),
    "another name": (rename, ["images of class 'cat' were replaced or renamed"]),
    "another size": (enlarge, ["images of class 'cat' were replaced or renamed"]),
    "several": (
        several,
        [
            "class 'bird' is new",
            "class 'cat' had 20 images and has 19",
            "class 'dog' is missing",
            "class 'hound' is new",
        ],
    ),
    "a folder for validation": (
        validation_folder,
        [
            "class 'cat' had 20 images and has 40",
            "class 'dog' had 10 images and has 20",
            "the validation images were drawn by the seed and are now from val/",
        ],
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_told(plain, change, expected):
    stored = json.loads(json.dumps(datasets.load(plain).inventory.to_dict()))  # as a study keeps it
    change(plain)
    assert changes(stored, datasets.load(plain).inventory) == expected


def test_the_place_is_no_change(plain, tmp_path):
    stored = datasets.load(plain, seed=1, train_limit=5).inventory.to_dict()
    plain.rename(tmp_path / "moved")
    assert changes(stored, datasets.load(tmp_path / "moved").inventory) == []


def test_without_an_inventory_nothing_can_be_told(plain):
    inventory = datasets.load(plain).inventory
    assert changes({}, inventory) == []
    assert changes(datasets.load("digits").inventory.to_dict(), datasets.load("digits").inventory) == []

"""Grey images in which left and right are classes, for a small microcontroller: from the search to the file on it."""

import json

import numpy as np
import pytest

from search.devices.int8_file import int8_images
from search.devices.micro import arena, outputs
from search.training.datasets.held_out import load_test
from tests.drawn_images import ARROWS, SHAPES, write_folder

SIDE = 48
LIMITS = {"flops": 2e6, "ram_bytes": 32 * 1024, "flash_bytes": 64 * 1024}

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_800)]


@pytest.fixture(scope="module")
def folder(command, tmp_path_factory):
    """After one search and one export."""
    folder = tmp_path_factory.mktemp("microcontroller")
    write_folder(folder / "signs", (*ARROWS, *SHAPES), each=300, side=SIDE, noise=60)
    budget = ["--max-flops", "2M", "--max-ram", "32k", "--max-flash", "64k"]
    search = ["--dataset", "signs", "--image-size", str(SIDE), *budget, "--trials", "24"]
    export = ["--study", "signs-hybrid", "--pick", "best", "--formats", "litert-int8", "--output", "exported"]
    for module, arguments in (("search.run", search), ("search.export", export)):
        done = command(module, *arguments, folder=folder, timeout=1_500)
        assert done.returncode == 0, done.stderr
    return folder


def test_the_front_has_several_networks_within_the_budget(folder, command):
    front = json.loads(command("search.front", "signs-hybrid", "--json", folder=folder).stdout)["front"]
    assert len(front) >= 4
    assert all(member[cost] <= most for member in front for cost, most in LIMITS.items())


def test_the_file_is_right_where_left_and_right_are_classes(folder):
    """As the microcontroller's own interpreter runs it, in the arena that the report names."""
    file, report = (folder / "exported" / name for name in ("model-int8.tflite", "report.json"))
    measured = json.loads(report.read_text())["microcontroller"]
    images, labels = load_test(folder / "signs", image_size=SIDE, color_mode="grayscale")
    predictions = outputs(file.read_bytes(), int8_images(images)).argmax(axis=-1)
    assert np.mean(predictions == labels) > 0.95
    recorded = arena(file.read_bytes())
    assert (measured["tensors_bytes"], measured["persistent_bytes"]) == (recorded.tensors, recorded.persistent)
    assert measured["predicted_ram_bytes"] == recorded.tensors <= LIMITS["ram_bytes"]
    assert file.stat().st_size <= LIMITS["flash_bytes"]

"""A person's own images, 64x64, from the folder to the phone: the commands of the README, for real."""

import json
import re
import shlex

import numpy as np
import pytest
from PIL import Image, ImageDraw

from search.run import search_config
from search.training.datasets.held_out import load_test
from spaces.architecture import from_json
from spaces.reference import standard_cnn

SIDE = 64
CLASSES = ("circle", "cross", "square")
EACH = 30  # images of a class


def draw(kind, random):
    """A light shape somewhere on a dark, noisy ground."""
    image = Image.fromarray(random.integers(0, 90, (SIDE, SIDE, 3), dtype=np.uint8))
    pen, (x, y), half = ImageDraw.Draw(image), random.integers(20, SIDE - 20, 2).tolist(), int(random.integers(8, 18))
    box, color = (x - half, y - half, x + half, y + half), tuple(random.integers(150, 256, 3).tolist())
    if kind == "circle":
        pen.ellipse(box, fill=color)
    elif kind == "square":
        pen.rectangle(box, fill=color)
    else:
        pen.line(box, fill=color, width=4)
        pen.line((x - half, y + half, x + half, y - half), fill=color, width=4)
    return image


@pytest.fixture(scope="module")
def searched(in_process, tmp_path_factory):
    """A folder with images, a study of 3 networks, and what the command printed."""
    folder, random = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    for kind in CLASSES:
        (folder / "shapes" / kind).mkdir(parents=True)
        for number in range(EACH):
            draw(kind, random).save(folder / "shapes" / kind / f"{number}.png")
    flags = ["--dataset", "shapes", "--image-size", str(SIDE), "--trials", "3", "--epochs", "2", "--no-rungs"]
    done = in_process("search.run", *flags, folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done


@pytest.fixture(scope="module")
def exported(searched, in_process):
    """The report of the export command that the search has printed, in two formats."""
    folder, done = searched
    command_line = next(line for line in done.stdout.splitlines() if "-m search.export" in line)
    flags = shlex.split(command_line)[3:]
    done = in_process("search.export", *flags, "--epochs", "2", "--formats", "keras", "litert-int8", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "exported", json.loads((folder / "exported" / "report.json").read_text())


@pytest.mark.parametrize(
    ("flags", "cap"),
    [
        (["--dataset", "shapes"], 25e6),
        (["--dataset", "shapes", "--image-size", "16"], 25e6),
        (["--dataset", "shapes", "--image-size", "64"], 100e6),
        (["--dataset", "shapes", "--image-size", "64", "--max-flops", "40M"], 40e6),
        (["--dataset", "shapes", "--image-size", "64", "--max-flops", "none"], None),
    ],
)
def test_the_default_cap_grows_with_the_pixels(flags, cap):
    assert search_config(flags).max_flops == cap


@pytest.mark.long
def test_the_networks_take_images_of_64_pixels_and_cost_what_these_cost(searched):
    _, done = searched
    assert "3 trained now, 3 in all" in done.stdout
    assert "never trained" not in done.stdout  # All three known ones are under the cap of this size.
    cost = standard_cnn(input_shape=(SIDE, SIDE, 3), classes=len(CLASSES)).cost()
    assert f"{cost.flops / 1e6:.3g} MFLOPs" in done.stdout


@pytest.mark.long
def test_an_export_takes_images_with_values_from_0_to_255(searched, exported):
    import keras

    folder, report = exported
    network = from_json((folder / "architecture.json").read_text())
    assert network.input_shape == (SIDE, SIDE, 3)
    assert (folder / "labels.txt").read_text().split() == list(CLASSES)
    images, labels = load_test(searched[0] / "shapes", image_size=SIDE)
    assert images.shape == (len(labels), SIDE, SIDE, 3)
    predictions = keras.saving.load_model(folder / "model.keras").predict(images, verbose=0).argmax(axis=1)
    assert report["test_accuracy"] == pytest.approx(np.mean(predictions == labels), abs=1e-6)


@pytest.mark.long
def test_the_file_for_a_phone_has_the_same_accuracy_and_a_latency(searched, exported):
    from ai_edge_litert.interpreter import Interpreter

    folder, report = exported
    phone = Interpreter(str(folder / "model-int8.tflite"))
    [takes], [gives] = phone.get_input_details(), phone.get_output_details()
    assert takes["shape"].tolist() == [1, SIDE, SIDE, 3]
    images, labels = load_test(searched[0] / "shapes", image_size=SIDE)
    phone.allocate_tensors()
    predictions = []
    for image in images:
        phone.set_tensor(takes["index"], (image[None].astype(int) - 128).astype(takes["dtype"]))
        phone.invoke()
        predictions.append(phone.get_tensor(gives["index"])[0].argmax())
    files = {file["format"]: file for file in report["files"]}
    assert files["litert-int8"]["test_accuracy"] == pytest.approx(np.mean(np.array(predictions) == labels), abs=1e-6)
    assert {(one["format"], one["batch"]) for one in report["latency"]} == {
        (name, batch) for name in ("keras", "litert-int8") for batch in (1, 32)
    }
    assert all(one["median_ms"] > 0 for one in report["latency"])


@pytest.mark.long
def test_the_page_has_its_pictures(exported):
    page = (exported[0] / "report.html").read_text()
    assert page.count('src="data:image/png;base64,') == 3


@pytest.mark.long
def test_a_dry_run_describes_the_search(searched, in_process):
    flags = ["--dataset", "shapes", "--image-size", str(SIDE), "--trials", "20", "--dry-run"]
    done = in_process("search.run", *flags, folder=searched[0])
    assert done.returncode == 0, done.stderr
    assert f"images of {SIDE}x{SIDE}x3" in done.stdout
    assert "3 classes of 30 images each: circle, cross, square." in done.stdout
    share = float(re.search(r"([\d.e+-]+) % of them are within the caps", done.stdout)[1])
    assert share > 20  # as of images of 32x32 under the cap for these

"""A folder of grey images from the search to the microcontroller's file: one channel all the way."""

import numpy as np
import pytest
from PIL import Image

from search.training.datasets.held_out import load_test

SIDE = 16
STUDY = "signs-hybrid"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def searched(in_process, tmp_path_factory):
    """A folder in which a study of one network has searched, and what was printed."""
    folder, random = tmp_path_factory.mktemp("grey"), np.random.default_rng(0)
    for name, columns in (("left", slice(0, 8)), ("right", slice(8, 16))):
        (folder / "signs" / name).mkdir(parents=True)
        for number in range(20):
            pixels = random.integers(0, 90, (SIDE, SIDE), dtype=np.uint8)
            pixels[:, columns] += 150
            Image.fromarray(pixels).save(folder / "signs" / name / f"{number}.png")
    flags = ["--dataset", "signs", "--image-size", str(SIDE), "--epochs", "1", "--trials", "1", "--max-flops", "1M"]
    done = in_process("search.run", *flags, "--workers", "1", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_the_search_says_that_images_are_grey_and_stores_it(searched):
    import optuna

    folder, printed = searched
    assert "Images are read as grey, 16x16." in printed
    stored = optuna.load_study(study_name=STUDY, storage=f"sqlite:///{folder}/search.db").user_attrs
    assert stored["settings"]["color_mode"] == stored["shown"]["settings"]["color_mode"] == "grayscale"


def test_an_exported_file_takes_one_channel(searched, in_process):
    from ai_edge_litert.interpreter import Interpreter

    folder, _ = searched
    flags = ["--study", STUDY, "--pick", "best", "--epochs", "1", "--formats", "litert-int8", "--output", "exported"]
    done = in_process("search.export", *flags, "--workers", "1", folder=folder)
    assert done.returncode == 0, done.stderr
    [takes] = Interpreter(str(folder / "exported" / "model-int8.tflite")).get_input_details()
    assert takes["shape"].tolist() == [1, SIDE, SIDE, 1]
    assert f"shape (n, {SIDE}, {SIDE}, 1)" in (folder / "exported" / "report.html").read_text()
    images, _ = load_test(folder / "signs", image_size=SIDE, color_mode="grayscale")
    assert images.shape == (8, SIDE, SIDE, 1)

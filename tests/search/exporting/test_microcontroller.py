"""Figures of an int8 file as a microcontroller runs it, and the sentences that tell them."""

import importlib.util
from dataclasses import replace

import numpy as np
import pytest

from search.devices import micro
from search.devices.formats import write
from search.devices.kernels import MICRO, OPTIMISED, REFERENCE
from search.exporting.html_parts import page
from search.exporting.microcontroller import KernelResult, MicrocontrollerFigures, measure, sample
from search.exporting.microcontroller_section import figures_html
from spaces.architecture import Architecture
from spaces.blocks import StandardConv
from spaces.heads import GlobalAverageHead

NETWORK = Architecture((8, 8, 3), (StandardConv(4, strides=2),), GlobalAverageHead(3))
IMAGES = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)

FIGURES = MicrocontrollerFigures(
    file="model-int8.tflite",
    operators=("CONV_2D", "SOFTMAX"),
    flash_bytes=20_000,
    tensors_bytes=3_000,
    persistent_bytes=1_000,
    arena_bytes=4_000,
    predicted_ram_bytes=3_000,
    predicted_flash_bytes=None,
    images=200,
    kernels=[
        KernelResult(OPTIMISED, 0.775, other_outputs=9, other_classes=4, unlike_float=6),
        KernelResult(REFERENCE, 0.79, other_outputs=0, other_classes=0, unlike_float=2),
        KernelResult(MICRO, 0.79, other_outputs=0, other_classes=0, unlike_float=2),
    ],
    problems={},
)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A file of an untrained network, and its figures."""
    import keras

    keras.utils.set_random_seed(0)
    path = write("litert-int8", NETWORK.build(), tmp_path_factory.mktemp("file"), calibration=IMAGES)
    labels = np.arange(50) % 3
    return path, labels, measure(path, cost=NETWORK.cost(), images=IMAGES, labels=labels, expected=np.full(50, 3))


def test_a_file_is_measured_by_all_kernels(measured):
    pytest.importorskip("tflite_micro", reason="the extra microcontroller is not installed")
    path, labels, figures = measured
    file = path.read_bytes()
    assert (figures.file, figures.flash_bytes) == ("model-int8.tflite", len(file))
    assert (figures.predicted_ram_bytes, figures.predicted_flash_bytes) == (
        NETWORK.cost().ram_bytes,
        NETWORK.cost().flash_bytes,
    )
    assert figures.arena_bytes == micro.arena(file).total
    classes = micro.outputs(file, (IMAGES.astype(int) - 128).astype(np.int8)).argmax(axis=1)
    *_, last = figures.kernels
    assert last == KernelResult(MICRO, pytest.approx(np.mean(classes == labels)), 0, 0, unlike_float=50)
    assert figures.images == 50 and [result.kernels for result in figures.kernels] == [OPTIMISED, REFERENCE, MICRO]


def test_it_is_told_what_differs_and_what_a_board_shows():
    lines = list(FIGURES.lines())
    assert "20,000 bytes of flash. TensorFlow Lite Micro recorded an arena of 4,000 bytes of RAM" in lines[0]
    assert lines[1] == "Operators: CONV_2D, SOFTMAX."
    assert "LiteRT optimised 77.50 %, LiteRT reference 79.00 %, TensorFlow Lite Micro 79.00 %" in lines[2]
    assert "200 images" in lines[2] and "on 9 images, and another class on 4" in lines[3]
    assert lines[4] == "A microcontroller with plain kernels shows what TensorFlow Lite Micro gives."
    assert lines[5] == "2 of 200 predictions by TensorFlow Lite Micro differ from the float network's."
    same = replace(FIGURES, kernels=FIGURES.kernels[1:])
    assert "The outputs are the same for every image, bit for bit." in list(same.lines())


def test_metrics_are_named_by_kernels_and_leave_out_what_is_unknown():
    assert FIGURES.metrics() == {
        "arena_bytes": 4_000,
        "arena_bytes/tensors": 3_000,
        "arena_bytes/persistent": 1_000,
        "ram_bytes": 3_000,
        "bytes/litert-int8": 20_000,
        "test_accuracy/litert-int8/LiteRT optimised": 0.775,
        "test_accuracy/litert-int8/LiteRT reference": 0.79,
        "test_accuracy/litert-int8/TensorFlow Lite Micro": 0.79,
        "other_classes/litert-int8/LiteRT optimised": 4,
        "other_classes/litert-int8/LiteRT reference": 0,
        "unlike_float/litert-int8/LiteRT optimised": 6,
        "unlike_float/litert-int8/LiteRT reference": 2,
        "unlike_float/litert-int8/TensorFlow Lite Micro": 2,
    }
    unmeasured = replace(FIGURES, tensors_bytes=None, persistent_bytes=None, arena_bytes=None, kernels=[])
    assert unmeasured.metrics() == {"ram_bytes": 3_000, "bytes/litert-int8": 20_000}


def test_without_the_package_nothing_fails_and_a_line_says_how_to_install_it(measured, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "tflite_micro" else find_spec(name))
    path, labels, _ = measured
    figures = measure(path, cost=NETWORK.cost(), images=IMAGES, labels=labels, expected=labels)
    assert figures.arena_bytes is None and [one.kernels for one in figures.kernels] == [OPTIMISED, REFERENCE]
    [line] = [line for line in figures.lines() if "is not installed" in line]
    assert "[microcontroller]" in line or "Linux on x86-64 only" in line
    assert "differ from the float network's" in list(figures.lines())[-1]


def test_the_report_has_a_row_for_each_kernel_and_no_markup_from_a_name():
    html = page("x", [figures_html(replace(FIGURES, problems={MICRO: "<b>no</b>"}))])
    assert html.count("<tr>") == 4 and "<td>77.50</td>" in html
    assert "&lt;b&gt;no&lt;/b&gt;" in html and "<b>no" not in html


@pytest.mark.parametrize(
    ("multiply_adds", "images"), [(1_000, 10_000), (2_000_000, 5_000), (50_000_000, 1_000), (1_000_000_000, 101)]
)
def test_slow_kernels_run_fewer_images_of_a_large_network(multiply_adds, images):
    chosen = sample(10_000, multiply_adds=multiply_adds)
    assert len(chosen) == images and (np.diff(chosen) > 0).all() and chosen[-1] < 10_000

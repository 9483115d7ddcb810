"""Budgets of a microcontroller: grey images of 48x48 pixels under 2 MFLOPs, and 96x96 under 10 MFLOPs."""

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

CLASSES = ("circle", "square", "triangle")
EACH = 200  # images of a class

pytestmark = pytest.mark.long


def draw(kind, side, random):
    """A light shape somewhere on a dark, noisy ground, in grey."""
    image = Image.fromarray(random.integers(0, 90, (side, side), dtype=np.uint8))
    half = int(random.integers(side // 6, side // 4))
    x, y = random.integers(half, side - half, 2).tolist()
    pen, light = ImageDraw.Draw(image), int(random.integers(150, 256))
    if kind == "circle":
        pen.ellipse((x - half, y - half, x + half, y + half), fill=light)
    elif kind == "square":
        pen.rectangle((x - half, y - half, x + half, y + half), fill=light)
    else:
        pen.polygon([(x - half, y + half), (x + half, y + half), (x, y - half)], fill=light)
    return image


@pytest.mark.parametrize(("side", "max_flops"), [(48, 2_000_000), (96, 10_000_000)])
def test_a_search_finds_a_front(in_process, tmp_path, side, max_flops):
    random = np.random.default_rng(0)
    for kind in CLASSES:
        (tmp_path / "shapes" / kind).mkdir(parents=True)
        for number in range(EACH):
            draw(kind, side, random).save(tmp_path / "shapes" / kind / f"{number}.png")
    flags = ["--dataset", "shapes", "--image-size", str(side), "--max-flops", str(max_flops), "--workers", "1"]
    done = in_process("search.run", *flags, "--trials", "8", "--epochs", "8", "--no-rungs", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    front = json.loads(done.stdout)["front"]
    flops = [network["flops"] for network in front]
    assert len(front) >= 2 and min(flops) < max(flops) <= max_flops
    assert max(network["accuracy"] for network in front) > 1.5 / len(CLASSES)

"""Folders of images."""

import io
import os
from functools import cache
from pathlib import Path
from random import Random

from tests.faults.hostile_files import png
from tests.faults.mutations import Case, mutated


@cache
def _images() -> dict[str, bytes]:
    """An intact image of every format that is read, and of some that are not."""
    from PIL import Image

    noise = Image.effect_noise((24, 18), 60)
    colour = Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180)))
    frames = [colour.rotate(90 * turn) for turn in range(3)]
    deep = Image.frombytes("I;16", (8, 8), bytes(range(128)))
    kinds: list[tuple[str, Image.Image, str, dict]] = [
        ("grey", noise, "PNG", {}),
        ("palette", colour.quantize(7), "PNG", {"transparency": 2}),
        ("sixteen", deep, "PNG", {}),
        ("clear", colour.convert("RGBA"), "PNG", {}),
        ("one bit", noise.convert("1"), "PNG", {}),
        ("print", colour.convert("CMYK"), "JPEG", {}),
        ("photo", colour, "JPEG", {}),
        ("moving", frames[0], "GIF", {"save_all": True, "append_images": frames[1:]}),
        ("windows", colour, "BMP", {}),
        ("web", colour, "WEBP", {}),
        ("moving web", frames[0], "WEBP", {"save_all": True, "append_images": frames[1:]}),
        ("float", noise.convert("F"), "TIFF", {}),
        ("packed", colour, "TIFF", {"compression": "tiff_lzw"}),
        ("lab", colour.convert("YCbCr"), "TIFF", {}),
        ("plain", colour, "PPM", {}),
        ("icon", colour, "ICO", {}),
    ]
    content_of = {}
    for name, image, kind, options in kinds:
        written = io.BytesIO()
        image.save(written, format=kind, **options)
        content_of[name] = written.getvalue()
    return content_of


_BOMBS = {
    "bomb": png(50_000, 50_000),
    "endless": png(2**31 - 1, 2**31 - 1),
    "flat bomb": png(2**31 - 1, 1),
    "no pixels": png(0, 0),
    "short": png(24, 18, rows=b"x"),
    "odd kind": png(24, 18, kind=5, depth=77),
    "palette without one": png(24, 18, kind=3),
    "ppm bomb": b"P6 50000 50000 255\n",
    "ppm endless": b"P6 " + b"9" * 5_000 + b" 1 255\n",
    "text": b"no image at all",
    "nothing": b"",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "vector": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
}

_NAMES = (
    "-rf",
    "a\nb",
    "\x1b[31mred",
    "🙂",
    "日本",
    "<img src=x onerror=alert(1)>",
    "$\\frac$",
    "[bold]",
    ":dog:",
    "%s",
    "x" * 255,
    "\udcff",
    " ",
    "CON",
    "train",
    "test",
    "..a",
    "a b",
    "\u202egnp",
)


def folders(random: Random, number: int, folder: Path) -> Case:
    """Folders of images: broken and hostile files, odd names, links, too few of everything."""
    from search.training.datasets import load

    intact = _images()
    names = [random.choice(_NAMES) if random.random() < 0.3 else name for name in ("cat", "dog")]
    names = names[: random.choice((0, 1, 2, 2, 2, 2, 2, 2, 2, 2))]
    root = folder / (random.choice(_NAMES) if random.random() < 0.2 else "pets")
    root.mkdir()
    for name in names:
        (root / name).mkdir(exist_ok=True)
        for place in range(random.choice((0, 1, 3, 4, 4, 4, 4))):
            (root / name / f"{place}.png").write_bytes(intact["grey"])
    files = [*_BOMBS.items(), *intact.items()]
    kind, content = files[number % len(files)]
    if number >= len(files):
        content = mutated(random, content) if random.random() < 0.8 else content[: random.randrange(len(content) + 1)]
    if names:
        file = root / names[0] / (random.choice(_NAMES) if random.random() < 0.3 else "odd.png")
        _put(random, file, content, outside=folder)
    arguments = {"seed": random.choice((0, 1, 2**32 - 1)), "train_limit": random.choice((None, None, 2, 1, 10**9))}
    return (str(root), sorted(map(str, root.rglob("*"))), kind, content), lambda: load(str(root), **arguments)


def _put(random: Random, file: Path, content: bytes, *, outside: Path) -> None:
    """Write a file, or sometimes a link, a pipe or a folder in its place."""
    match random.randrange(20):
        case 0:
            file.symlink_to("/etc/passwd")
        case 1:
            file.symlink_to(outside / "gone")
        case 2:
            file.symlink_to(file)
        case 3:
            os.mkfifo(file)
        case 4:
            file.mkdir()
        case 5:
            file.symlink_to(outside)
        case _:
            file.write_bytes(content)

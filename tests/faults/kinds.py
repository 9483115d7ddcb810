"""The parsers, each with what it is fed: `KINDS` has a function for each that makes one input and a call that reads it.

A function takes a random generator, the number of the input and an empty folder.
"""

import csv
import importlib
import io
import json
import os
import pickle
import shlex
import sys
import types
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import generators
from tests.faults.generators import PASSWORD, TEXTS, URLS, WRONG_VALUES, mutated, text

Made = tuple[Any, Callable[[], Any]]
ROWS = 40  # images of a CIFAR-10 batch here


def _parse(module: str):
    if module == "search.run":
        from search.run import parsed

        return parsed
    return importlib.import_module(module).parser().parse_args


COMMANDS = (
    "search.run",
    "search.export",
    "search.compare",
    "search.replay",
    "search.front",
    "mlflow_runs.ui",
    "mlflow_runs.compare",
    "mlflow_runs.sync",
)


@cache
def _flags_of(module: str) -> tuple[str, ...]:
    parser = importlib.import_module(module).parser()
    return tuple(flag for action in parser._actions for flag in action.option_strings)


def flags(random: Random, number: int, folder: Path) -> Made:
    """The flags of every command, a few at a time, with odd values or none."""
    module = COMMANDS[number % len(COMMANDS)]
    known = _flags_of(module)
    arguments: list[str] = []
    for _ in range(random.randint(1, 5)):
        value = random.choice((text(random), random.choice(URLS), str(random.randint(-5, 10**6))))
        flag = random.choice(known) if random.random() < 0.8 else text(random)
        arguments += random.choice(([flag, value], [f"{flag}={value}"], [flag], [value]))
    # A value may come from anywhere but for the operating system, which lets no NUL into an argument.
    arguments = [argument.replace("\x00", "") for argument in arguments]
    return (module, arguments), lambda: _parse(module)(arguments)


_TOML = 'trials = 7\nmax-flops = "8M"\nseed = 3\nno_rungs = true\ndataset = "digits"\nstudy = "mine"\n'


def configurations(random: Random, number: int, folder: Path) -> Made:
    """TOML files: every option with wrong values, then mutated ones."""
    from search.run import parsed

    file = folder / "search.toml"
    names = [flag[2:] for flag in _flags_of("search.run") if flag.startswith("--")]
    if number < len(names):
        content = f"{names[number]} = {json.dumps(TEXTS[-1])}\n".encode()
    elif random.random() < 0.4:
        name, value = random.choice([*names, text(random)]), random.choice(WRONG_VALUES)
        content = f"{random.choice((name, json.dumps(name)))} = {_toml(value)}\n".encode("utf-8", "surrogatepass")
    elif random.random() < 0.1:
        content = random.choice((b"x = " + b"[" * 10_000, b"[" + b"a." * 10_000 + b"b]", b"x = 9" + b"9" * 9_999))
    else:
        content = mutated(random, _TOML.encode(random.choice(("utf-8", "utf-16", "utf-8-sig", "utf-32"))))
    file.write_bytes(content)
    return content, lambda: parsed(["--config", str(file)])


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return {None: '"none"', True: "true", False: "false"}.get(value) if value in (None, True) else json.dumps(value)


@cache
def _architectures() -> tuple[dict, ...]:
    from spaces.reference import REFERENCES

    return tuple(make().to_dict() for make in REFERENCES.values())


def _every_kind() -> dict:
    """A network with a block of each kind."""
    residual = next(one for one in _architectures() if any(block["kind"] == "residual" for block in one["blocks"]))
    kinds = {block["kind"]: block for one in _architectures() for block in one["blocks"] if block["kind"] != "residual"}
    resize = {"kind": "resize", "height": 24, "width": 24}
    return {**residual, "blocks": [resize, *residual["blocks"], *kinds.values()]}


@cache
def _wrong_architectures() -> tuple[bytes, ...]:
    """A network with each of its fields missing, then with each wrong value in its place; and what is no network."""
    network = _every_kind()
    places = list(generators.places(network))
    wrong = [generators.removed(network, path) for path in places]
    wrong += [generators.replaced(network, path, value) for path in places for value in WRONG_VALUES]
    wrong += [{**network, "blocks": generators.nested(depth)} for depth in (200, 800)]
    texts = ["", "null", "[]", "NaN", '"x"', "1" * 5_000]
    texts += [
        part * depth + end * depth for part, end in ("[]", ('{"a":', "}")) for depth in (900, 990, generators.DEEP)
    ]
    return tuple(one.encode("utf-8", "surrogatepass") for one in (*map(json.dumps, wrong), *texts))


def fields(random: Random, number: int, folder: Path) -> Made:
    """`architecture.json`: every field wrong in turn; numbers that are near have fields that are not."""
    wrong = _wrong_architectures()
    return _architecture(folder, wrong[number * 1_009 % len(wrong)])


def architectures(random: Random, number: int, folder: Path) -> Made:
    """`architecture.json`: mutated files."""
    encoding = random.choice(("utf-8", "utf-8", "utf-16", "utf-8-sig"))
    return _architecture(folder, mutated(random, json.dumps(random.choice(_architectures())).encode(encoding)))


def _architecture(folder: Path, content: bytes) -> Made:
    from spaces.architecture import read_file

    file = folder / "architecture.json"
    file.write_bytes(content)

    def read() -> None:
        architecture = read_file(file)
        assert architecture.key and architecture.words() and architecture.cost().table()
        file.write_text(architecture.to_json())
        assert read_file(file) == architecture

    return content, read


_HEADER = ["kind", "width", "macs", "params", "valid@2", "valid@8", "test@8"]
_CELLS = (
    "",
    "0",
    "-1",
    "101",
    "1e18",
    "1e308",
    "1e999",
    "nan",
    "inf",
    "1_0",
    "９",
    "9" * 400,
    "9" * 5_000,
    "x" * 200_000,
)
_COLUMNS = (
    *("valid@0", "valid@-2", "valid@", "valid@x", "valid@1.5", "valid@08", "valid@８", "valid@" + "9" * 5_000),
    *("test@0", "test@9", "macs", "params", "kind", "", "\ufeffkind", "Macs", "x" * 10_000, "a\nb", "valid@2 "),
)


def tables(random: Random, number: int, folder: Path) -> Made:
    """Replay tables: odd cells, odd columns, odd shapes and encodings, and mutated ones; some are replayed."""
    from search.replay import main

    header, body = (
        list(_HEADER),
        [
            [
                kind,
                str(width),
                str(width * cost),
                str(width),
                f"{60 + width / 4}",
                f"{82 + width / 8}",
                f"{82 + width / 8}",
            ]
            for kind, cost in (("plain", 9000), ("cheap", 2000), ("odd", 5000))
            for width in (8, 16, 32)
        ],
    )
    for _ in range(random.randint(0, 2)):
        body[random.randrange(len(body))][random.randrange(len(header))] = random.choice((*_CELLS, text(random)))
    if random.random() < 0.3:
        header[random.randrange(len(header))] = random.choice((*_COLUMNS, text(random)))
    if random.random() < 0.1:
        column, cell = random.randrange(len(header)), random.choice(_CELLS)
        for row in body:
            row[column] = cell
    body = body[: random.choice((0, 1, 2, 9, 9, 9, 9))]
    written = io.StringIO()
    csv.writer(written).writerows([header, *body] if random.random() < 0.95 else [])
    encoding = random.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))
    content = written.getvalue().encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    if random.random() < 0.4:
        content = mutated(random, content)
    file = folder / "table.csv"
    file.write_bytes(content)
    if random.random() < 0.1:
        replay = ["--table", str(file), "--trials", "3", "--seeds", "1", "--sampler", "random"]
        return content, lambda: main(replay)
    return content, lambda: _use_table(file)


def _use_table(file: Path) -> None:
    from search.optimizer.pareto import hypervolume
    from search.replaying.table import read_table, share_of_true_front

    table = read_table(file)
    bounds = table.bounds(reference_accuracy=0.1)
    assert table.network(0).cost().flops >= 2 and table.network(0).words() is not None
    if hypervolume(1 - table.test, table.macs, bounds):
        assert 0 <= share_of_true_front(table, range(len(table.macs)), bounds=bounds) <= 1


@cache
def _images() -> dict[str, bytes]:
    """A whole image of every kind that is read, and of some that are not."""
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
    found = {}
    for name, image, kind, options in kinds:
        written = io.BytesIO()
        image.save(written, format=kind, **options)
        found[name] = written.getvalue()
    return found


_BOMBS = {
    "bomb": generators.png(50_000, 50_000),
    "endless": generators.png(2**31 - 1, 2**31 - 1),
    "flat bomb": generators.png(2**31 - 1, 1),
    "no pixels": generators.png(0, 0),
    "short": generators.png(24, 18, rows=b"x"),
    "odd kind": generators.png(24, 18, kind=5, depth=77),
    "palette without one": generators.png(24, 18, kind=3),
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


def folders(random: Random, number: int, folder: Path) -> Made:
    """Folders of images: broken and hostile files, odd names, links, too few of everything."""
    from search.training.datasets import load

    whole = _images()
    names = [random.choice(_NAMES) if random.random() < 0.3 else name for name in ("cat", "dog")]
    names = names[: random.choice((0, 1, 2, 2, 2, 2, 2, 2, 2, 2))]
    root = folder / (random.choice(_NAMES) if random.random() < 0.2 else "pets")
    root.mkdir()
    for name in names:
        (root / name).mkdir(exist_ok=True)
        for place in range(random.choice((0, 1, 3, 4, 4, 4, 4))):
            (root / name / f"{place}.png").write_bytes(whole["grey"])
    spoilt = [*_BOMBS.items(), *whole.items()]
    told, content = spoilt[number % len(spoilt)]
    if number >= len(spoilt):
        content = mutated(random, content) if random.random() < 0.8 else content[: random.randrange(len(content) + 1)]
    if names:
        file = root / names[0] / (random.choice(_NAMES) if random.random() < 0.3 else "odd.png")
        _put(random, file, content, outside=folder)
    arguments = {"seed": random.choice((0, 1, 2**32 - 1)), "train_limit": random.choice((None, None, 2, 1, 10**9))}
    return (str(root), sorted(map(str, root.rglob("*"))), told, content), lambda: load(str(root), **arguments)


def _put(random: Random, file: Path, content: bytes, *, outside: Path) -> None:
    """A file; sometimes a link, a pipe or a folder where one should be."""
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


@cache
def _batches() -> tuple[bytes, ...]:
    import numpy as np

    planes = np.random.default_rng(0).integers(0, 256, (ROWS, 3072), dtype=np.uint8)
    batch = {b"labels": [row % 10 for row in range(ROWS)], b"data": planes, b"filenames": [b"a.png"] * ROWS}
    return tuple(pickle.dumps(batch, protocol=protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1))


def batches(random: Random, number: int, folder: Path) -> Made:
    """CIFAR-10's files: pickles that would run code or never end, and mutated ones."""
    from search.training.datasets import batch_file

    batch_file.ROWS = ROWS
    mark = folder / "mark"
    hostile = [*generators.shouting_pickles(str(mark)), *generators.doubling_pickles()]
    if number < len(hostile):
        content = hostile[number]
    elif random.random() < 0.2:
        inside = random.choice(hostile)
        content = mutated(random, inside)
    elif random.random() < 0.5:
        content = generators.opcodes_shuffled(random, random.choice(_batches()[2:]))
    else:
        whole = random.choice(_batches())
        pixels = whole.find(b"data") + 200  # what is pixels may be anything: damage is dealt to what is around them
        content = mutated(random, whole[:pixels]) + whole[pixels:-400] + mutated(random, whole[-400:])
    file = folder / "data_batch_1"
    file.write_bytes(content)

    def read() -> None:
        try:
            images, labels = batch_file.read_batch(file)
            assert images.shape == (ROWS, 32, 32, 3) and set(labels.tolist()) <= set(range(10))
        finally:
            assert not mark.exists(), "the pickle ran its code"

    return content, read


@cache
def _model_file() -> dict[str, bytes]:
    layer = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3}, "registered_name": None}
    config = {
        "module": "keras",
        "class_name": "Functional",
        "config": {"layers": [layer]},
        "registered_name": "Functional",
    }
    return {
        "metadata.json": b'{"keras_version": "3.8.0"}',
        "config.json": json.dumps(config).encode(),
        "model.weights.h5": b"x",
    }


def model_files(random: Random, number: int, folder: Path) -> Made:
    """`.keras` files: hostile configurations, and mutated archives; a stand-in for Keras must see nothing hostile."""
    from search.devices import keras_file

    members = dict(_model_file())
    config = json.loads(members["config.json"])
    if random.random() < 0.6:
        path = random.choice(list(generators.places(config)))
        value = random.choice(
            (*WRONG_VALUES, "Lambda", "__lambda__", "os", {"class_name": "Lambda"}, {"class_name": ["x"]})
        )
        members["config.json"] = json.dumps(generators.replaced(config, path, value)).encode()
    elif random.random() < 0.3:
        deep = random.choice((900, 10_000, 100_000))
        members["config.json"] = random.choice((b"[" * deep + b"]" * deep, b"9" * 5_000, b"\xff", b"null", b"{}"))
    if random.random() < 0.1:
        members[text(random).replace("\x00", "")[:100] or "x"] = b"x"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, member in members.items():
            archive.writestr(zipfile.ZipInfo(name.encode("utf-8", "replace").decode()), member)
    content = written.getvalue()
    if random.random() < 0.5:
        content = mutated(random, content)
    file = folder / "model.keras"
    file.write_bytes(content)
    _stand_in_for_keras()
    return content, lambda: keras_file.open_model(file)


def _stand_in_for_keras() -> None:
    def load_model(path, **_):
        with zipfile.ZipFile(path) as archive:
            config = archive.read("config.json").decode()
        for word in ("Lambda", "__lambda__", '"os"'):
            assert f'"class_name": "{word}"' not in config and f'"module": {word}' not in config, "Keras has seen it"

    keras = types.ModuleType("keras")
    keras.models = types.SimpleNamespace(load_model=load_model)
    sys.modules["keras"] = keras


def addresses(random: Random, number: int, folder: Path) -> Made:
    """URLs of storages and of MLflow."""
    from mlflow_runs.page import address
    from mlflow_runs.stored import store
    from mlflow_runs.ui import parser
    from search.storage import open_storage

    url = URLS[number] if number < len(URLS) else _odd_url(random)
    asks_a_name_server = url.startswith(("postgresql", "mysql", "mssql")) and "@127.0.0.1:1/" not in url

    def read() -> None:
        uri = parser().parse_args([f"--tracking-uri={url}"]).tracking_uri
        store.require(uri)
        assert PASSWORD not in f"{address.page(uri)} {address.ui_command(uri, experiment='x', study='y')}"
        if not asks_a_name_server:
            open_storage(url, must_exist=True)

    return url, read


def _odd_url(random: Random) -> str:
    if random.random() < 0.5:  # a password in a URL that is none any more can't be told from other words
        url = random.choice(URLS).replace(PASSWORD, "word").encode()
        return mutated(random, url).decode("utf-8", "surrogateescape").replace("\n", "")
    scheme = random.choice(("postgresql", "mysql", "http", "https", "magic", "file"))
    user, host = (text(random).translate(str.maketrans("{/@", "(|a")) for _ in range(2))
    return f"{scheme}://{user}:{PASSWORD}@{host}"


def names(random: Random, number: int, folder: Path) -> Made:
    """Names of studies: refused as flags, or shown, escaped and typed again without harm."""
    from mlflow_runs.command import safe_text
    from search import export
    from search.front import parser
    from search.typed import export_of

    name = TEXTS[number] if number < len(TEXTS) else text(random)
    name = name.replace("\x00", "")
    name = "-" if name == "--" else name  # which argparse keeps for itself

    def use() -> None:
        study = parser().parse_args(["--", name]).study
        _, _, _, *words = shlex.split(export_of(study, {"storage": "sqlite:///x.db"}, "--trial", "3"))
        assert export.parser().parse_args(words).study == study
        for made, length in (
            (safe_text.tag_value(study), 8_000),
            (safe_text.key(study), 250),
            (safe_text.model_name(study), 200),
            (safe_text.study_key(study), 16),
        ):
            assert 0 < len(made) <= length
        assert "<" not in safe_text.markdown(study) and "\n" not in safe_text.markdown(study)
        _shown(study, folder)

    return name, use


def _shown(study: str, folder: Path) -> None:
    from html.parser import HTMLParser

    from search.delivery.html_parts import page, table

    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: tags.append(tag)
    reader.feed(page(study, [table(("Network", study), [(study, study)])]))
    assert not {"script", "img", "b"} & set(tags), f"the page holds the tags {tags}"
    assert tags.count("h1") == 1


KINDS = {
    "flags": flags,
    "configurations": configurations,
    "fields": fields,
    "architectures": architectures,
    "tables": tables,
    "folders": folders,
    "batches": batches,
    "model files": model_files,
    "addresses": addresses,
    "names": names,
}

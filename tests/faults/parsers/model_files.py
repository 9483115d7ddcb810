"""Networks that Keras has saved."""

import io
import json
import sys
import types
import zipfile
from functools import cache
from pathlib import Path
from random import Random

from tests.faults import mutations
from tests.faults.mutations import Case, mutated
from tests.faults.odd_values import WRONG_VALUES, text


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


def model_files(random: Random, number: int, folder: Path) -> Case:
    """`.keras` files: hostile configs and mutated archives. Nothing hostile may reach a stand-in for Keras."""
    from search.devices import keras_file

    members = dict(_model_file())
    config = json.loads(members["config.json"])
    if random.random() < 0.6:
        path = random.choice(list(mutations.places(config)))
        value = random.choice(
            (*WRONG_VALUES, "Lambda", "__lambda__", "os", {"class_name": "Lambda"}, {"class_name": ["x"]})
        )
        members["config.json"] = json.dumps(mutations.replaced(config, path, value)).encode()
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
            assert f'"class_name": "{word}"' not in config and f'"module": {word}' not in config, "it has reached Keras"

    keras = types.ModuleType("keras")
    keras.models = types.SimpleNamespace(load_model=load_model)
    sys.modules["keras"] = keras

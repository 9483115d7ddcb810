"""Files that describe a network."""

import json
from functools import cache
from pathlib import Path
from random import Random

from tests.faults import mutations
from tests.faults.mutations import Case, mutated
from tests.faults.odd_values import WRONG_VALUES


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
    """A network with each field missing, then with each wrong value in it; and what is no network."""
    network = _every_kind()
    places = list(mutations.places(network))
    wrong = [mutations.removed(network, path) for path in places]
    wrong += [mutations.replaced(network, path, value) for path in places for value in WRONG_VALUES]
    wrong += [{**network, "blocks": mutations.nested(depth)} for depth in (200, 800)]
    texts = ["", "null", "[]", "NaN", '"x"', "1" * 5_000]
    texts += [
        part * depth + end * depth for part, end in ("[]", ('{"a":', "}")) for depth in (900, 990, mutations.DEEP)
    ]
    return tuple(one.encode("utf-8", "surrogatepass") for one in (*map(json.dumps, wrong), *texts))


def fields(random: Random, number: int, folder: Path) -> Case:
    """`architecture.json` with every field wrong in turn; consecutive numbers have distant fields."""
    wrong = _wrong_architectures()
    return _architecture(folder, wrong[number * 1_009 % len(wrong)])


def architectures(random: Random, number: int, folder: Path) -> Case:
    """`architecture.json`: mutated files."""
    encoding = random.choice(("utf-8", "utf-8", "utf-16", "utf-8-sig"))
    return _architecture(folder, mutated(random, json.dumps(random.choice(_architectures())).encode(encoding)))


def _architecture(folder: Path, content: bytes) -> Case:
    from spaces.architecture import read_file

    file = folder / "architecture.json"
    file.write_bytes(content)

    def read() -> None:
        architecture = read_file(file)
        assert architecture.key and architecture.words() and architecture.cost().table()
        file.write_text(architecture.to_json())
        assert read_file(file) == architecture

    return content, read

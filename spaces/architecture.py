"""`Architecture`: one network as plain data, from which its cost is computed and its Keras model built."""

import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from spaces.blocks import BLOCKS, Block, Residual
from spaces.cost import Cost, LayerCost, Shape
from spaces.heads import HEADS, Head
from spaces.validation import LARGEST_NUMBER, from_fields, given, place, require

FORMAT = 1
"""Version of the JSON form. Files of a later one are refused."""

LARGEST_FILE = 1_000_000  # characters
MOST_PARAMETERS = 1_000_000_000
MOST_ACTIVATION_BYTES = 10_000_000_000
"""Beyond these a file is no network that anyone would train, but a mistake or a trap."""


@dataclass(frozen=True)
class Architecture:
    """A network: what goes in, the blocks in order, the head.

    Attributes:
        input_shape: (height, width, channels).
        blocks: From the image on.
        head: From the last feature maps to the classes.
    """

    input_shape: tuple[int, int, int]
    blocks: tuple[Block, ...]
    head: Head

    def __post_init__(self) -> None:
        require(
            "input_shape",
            self.input_shape,
            len(self.input_shape) == 3
            and all(type(side) is int and 1 <= side <= LARGEST_NUMBER for side in self.input_shape),
            "three whole numbers of 1 or more: height, width, channels",
        )

    def cost(self) -> Cost:
        """Multiply-adds, FLOPs, parameters and activations, by layer and in total.

        Raises:
            ValueError: If a block does not fit the shape it is given.
        """
        rows: list[LayerCost] = []
        shape: Shape = self.input_shape
        for index, block in enumerate(self.blocks, start=1):
            layers, shape = _block_cost(block, shape, f"block{index}")
            rows += layers
        return Cost((*rows, *_head_cost(self.head, shape)))

    @cached_property
    def key(self) -> str:
        """A hash of the network that is built: equal for two descriptions of one network."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:16]

    def words(self) -> str:
        """The network in a line; `words.legend` explains it."""
        return " ".join([block.words() for block in self.blocks] + [self.head.words()])

    def build(self):
        """The Keras model, not compiled: images in, class probabilities out.

        The last layers are called `logits` and `probabilities`. Images are float32 of shape (n, *input_shape).
        """
        import keras

        tensor = inputs = keras.Input(self.input_shape, name="image")
        for index, block in enumerate(self.blocks, start=1):
            tensor = block.build(tensor, f"block{index}")
        logits = self.head.build(tensor)
        return keras.Model(inputs, keras.layers.Softmax(name="probabilities")(logits))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "format": FORMAT,
            "input_shape": list(self.input_shape),
            "blocks": [_to_dict(block) for block in self.blocks],
            "head": _to_dict(self.head),
        }

    def to_json(self) -> str:
        """JSON text that `from_json` reads back."""
        return json.dumps(self.to_dict(), indent=2) + "\n"


def from_dict(data: object) -> Architecture:
    """The architecture that `Architecture.to_dict` wrote.

    Raises:
        ValueError: Names the first thing that is wrong.
    """
    data = _mapping(data, "an architecture")
    if "hypermodel" in data:
        raise ValueError(
            f"this is a hypermodel's network, whose code, {given(data['hypermodel'])}, is not in the file. "
            "Take it from its study, with --study."
        )
    if data.get("format") != FORMAT:
        raise ValueError(
            f"an architecture of format {FORMAT} was expected; got format {given(data.get('format'))}. "
            "Read it with the version of this program that wrote it."
        )
    for name, kind in (("input_shape", list), ("blocks", list), ("head", dict)):
        if not isinstance(data.get(name), kind):
            raise ValueError(f"an architecture's `{name}` must be a {kind.__name__}; got {given(data.get(name))}.")
    blocks = tuple(_block(block, f"block {index}") for index, block in enumerate(data["blocks"], start=1))
    architecture = Architecture(tuple(data["input_shape"]), blocks, _read(HEADS, data["head"], "head"))
    architecture.cost()  # Raises where shapes do not fit.
    return architecture


def from_json(text: str) -> Architecture:
    """The architecture in a JSON text.

    Raises:
        ValueError: If it is no JSON, or no architecture.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"an architecture is JSON; this is not ({error}).") from None
    except (ValueError, RecursionError):  # Python reads no number of more than 4,300 digits, and no endless nest.
        raise ValueError("an architecture is short and flat; this has an endless number or nest.") from None
    return from_dict(data)


def read_file(path: str | Path) -> Architecture:
    """The architecture in an `architecture.json`, wherever it comes from.

    Raises:
        ValueError: If the file holds no architecture, or one too large to be built.
        OSError: If it can't be read.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise ValueError(f"an architecture has {LARGEST_FILE:,} characters at the most.")
        architecture = from_json(text)
        cost = architecture.cost()
        for count, name, most in (
            (cost.parameters, "parameters", MOST_PARAMETERS),
            (cost.peak_activation_bytes, "bytes of feature maps", MOST_ACTIVATION_BYTES),
        ):
            if count > most:
                raise ValueError(f"a network of {count:,} {name} is not built; {most:,} is the most.")
        return architecture
    except UnicodeDecodeError:
        raise ValueError(
            f"{place(path)}: an architecture is JSON; this is no text. Give an architecture.json."
        ) from None
    except ValueError as error:
        raise ValueError(f"{place(path)}: {error}") from None


def build_from_file(path: str | Path):
    """The Keras model of an `architecture.json`, with fresh weights.

    Raises:
        ValueError, OSError: As `read_file`.
    """
    return read_file(path).build()


@functools.lru_cache(maxsize=100_000)
def _block_cost(block: Block, input_shape: Shape, name: str) -> tuple[tuple[LayerCost, ...], Shape]:
    return block.layers(input_shape, name), block.output_shape(input_shape)


@functools.lru_cache(maxsize=10_000)
def _head_cost(head: Head, input_shape: Shape) -> tuple[LayerCost, ...]:
    return head.layers(input_shape)


@functools.lru_cache(maxsize=100_000)
def _to_dict(part: Block | Head) -> dict[str, Any]:
    # Shared between callers, who only read it.
    fields = {field.name: _plain(getattr(part, field.name), field.type) for field in dataclasses.fields(part)}
    if isinstance(part, Residual):
        fields["body"] = [_to_dict(block) for block in part.body]
        fields["shortcut"] = _to_dict(part.shortcut) if part.shortcut else None
    return {"kind": part.kind, **fields}


def _plain(value: Any, wanted: Any) -> Any:
    # 0 and 0.0 are one dropout, and so one network.
    return float(value) if wanted is float else value


def _block(data: object, where: str) -> Block:
    data = dict(_mapping(data, where))
    if data.get("kind") == Residual.kind:
        if not isinstance(data.get("body"), list):
            raise ValueError(f"{where}: `body` must be a list of blocks; got {given(data.get('body'))}.")
        data["body"] = tuple(_convolution(block, f"{where}, body {i}") for i, block in enumerate(data["body"], start=1))
        if data.get("shortcut") is not None:
            data["shortcut"] = _convolution(data["shortcut"], f"{where}, shortcut")
    return _read(BLOCKS, data, where)


def _convolution(data: object, where: str) -> Block:
    convolutions = {kind: BLOCKS[kind] for kind in ("standard", "separable")}
    return _read(convolutions, data, where)


def _read(kinds: Mapping[str, type], data: object, where: str):
    fields = dict(_mapping(data, where))
    kind = fields.pop("kind", None)
    if not isinstance(kind, str) or kind not in kinds:
        raise ValueError(f"{where}: `kind` must be one of {', '.join(kinds)}; got {given(kind)}.")
    return from_fields(kinds[kind], fields, where=where)


def _mapping(data: object, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} must be a JSON object; got {given(data)}.")
    return data

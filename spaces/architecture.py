"""`Architecture`: one network as plain data. Its cost is computed and its Keras model is built from this data."""

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from spaces.blocks import BLOCKS, Block, Residual
from spaces.blocks.redundant_bias import without_redundant_bias
from spaces.cost import Cost, LayerCost
from spaces.heads import HEADS, Head
from spaces.int8 import operators
from spaces.int8.network import Int8Network, Part, part_of
from spaces.int8.operators import Operator
from spaces.keras_types import KerasModel
from spaces.shapes import ImageShape, Shape
from spaces.validation import MAX_INTEGER, Dataclass, from_fields, given, place, require

FORMAT = 1
"""Version of the JSON form. Files of another version are refused."""

MAX_FILE_CHARACTERS = 1_000_000
MAX_PARAMETERS = 1_000_000_000
MAX_RAM_BYTES = 2_500_000_000
"""A file beyond one of these limits is a mistake or an attack. Nobody would train such a network."""

P = TypeVar("P", bound=Dataclass)


@dataclass(frozen=True)
class Architecture:
    """A network: the shape of its input, its blocks in order, and its head.

    Attributes:
        input_shape: (height, width, channels).
        blocks: The first one takes the image.
        head: It takes the last feature maps.
    """

    input_shape: ImageShape
    blocks: tuple[Block, ...]
    head: Head

    def __post_init__(self) -> None:
        require(
            "input_shape",
            self.input_shape,
            len(self.input_shape) == 3
            and all(type(side) is int and 1 <= side <= MAX_INTEGER for side in self.input_shape),
            "three whole numbers of 1 or more: height, width, channels",
        )

    def cost(self) -> Cost:
        """Multiply-adds, FLOPs, parameters and activations, by layer and in total.

        Raises:
            ValueError: If a block does not fit the shape it is given.
        """
        rows: list[LayerCost] = []
        parts: list[Part] = []
        shape: Shape = self.input_shape
        activation = "linear"
        for index, block in enumerate(self.blocks, start=1):
            layers, part, shape = _block_cost(block, shape, f"block{index}", activation)
            rows += layers
            parts.append(part)
            activation = part.activation
        layers, part = _head_cost(self.head, shape)
        return Cost((*rows, *layers), int8=Int8Network(self.input_shape, (*parts, part)))

    def operators(self) -> list[Operator]:
        """The operators of the int8 file, in its order."""
        rows: list[Operator] = []
        shape: Shape = self.input_shape
        for block in self.blocks:
            rows += operators.following(block.operators(shape), rows[-1].activation if rows else "linear")
            shape = block.output_shape(shape)
        return [*rows, *self.head.operators(shape)]

    @cached_property
    def key(self) -> str:
        """A hash of the network that is built. Two descriptions of one network have the same key."""
        return _key(self.input_shape, [_sorted_json(block) for block in self.blocks], _sorted_json(self.head))

    @cached_property
    def function_key(self) -> str:
        """A hash of what the network can learn. Networks that differ in biases before BatchNorm alone have the same."""
        return _key(self.input_shape, [_function_json(block) for block in self.blocks], _sorted_json(self.head))

    def words(self) -> str:
        """The network in one line, in the notation of `spaces.notation`."""
        return " ".join([block.words() for block in self.blocks] + [self.head.words()])

    def build(self) -> KerasModel:
        """The Keras model, not compiled, from images to class probabilities.

        Images are float32 of shape (n, *input_shape). The last two layers are named `logits` and `probabilities`.
        """
        import keras

        inputs = tensor = keras.Input(self.input_shape, name="image")
        for index, block in enumerate(self.blocks, start=1):
            tensor = block.build(tensor, f"block{index}")
        logits = self.head.build(tensor)
        return keras.Model(inputs, keras.layers.Softmax(name="probabilities")(logits))

    def to_dict(self) -> dict[str, Any]:
        """The architecture as plain data, for JSON."""
        return {
            "format": FORMAT,
            "input_shape": list(self.input_shape),
            "blocks": [_to_dict(block) for block in self.blocks],
            "head": _to_dict(self.head),
        }

    def to_json(self) -> str:
        """The architecture as JSON text. `from_json` reads it back."""
        return json.dumps(self.to_dict(), indent=2) + "\n"


def from_dict(data: object) -> Architecture:
    """The architecture that `Architecture.to_dict` wrote.

    Raises:
        ValueError: Names the first mistake.
    """
    fields = _mapping(data, "an architecture")
    if "hypermodel" in fields:
        raise ValueError(
            f"this is a network of the hypermodel {given(fields['hypermodel'])}, whose code is not in the file. "
            "Take it from its study, with --study."
        )
    if fields.get("format") != FORMAT:
        raise ValueError(
            f"an architecture of format {FORMAT} was expected; got format {given(fields.get('format'))}. "
            "Read it with the version of this program that wrote it."
        )
    for name, kind in (("input_shape", list), ("blocks", list), ("head", dict)):
        if not isinstance(fields.get(name), kind):
            raise ValueError(f"an architecture's `{name}` must be a {kind.__name__}; got {given(fields.get(name))}.")
    blocks = tuple(_block(block, f"block {index}") for index, block in enumerate(fields["blocks"], start=1))
    architecture = Architecture(tuple(fields["input_shape"]), blocks, _read(HEADS, fields["head"], "head"))
    architecture.cost()  # Raises where shapes do not fit.
    return architecture


def from_json(text: str) -> Architecture:
    """The architecture in a JSON text.

    Raises:
        ValueError: If the text is not JSON, or not an architecture.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"an architecture is a JSON text; this text is not JSON ({error}).") from None
    except (ValueError, RecursionError):  # Python refuses numbers of more than 4,300 digits and very deep nesting.
        raise ValueError(
            "an architecture is short and flat; this text has a number that is too long, or is nested too deeply."
        ) from None
    return from_dict(data)


def read_file(path: str | Path) -> Architecture:
    """The architecture in an `architecture.json`. The file may come from anyone.

    Raises:
        ValueError: If the file holds no architecture, or one that is too large to build.
        OSError: If the file can't be read.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read(MAX_FILE_CHARACTERS + 1)
        if len(text) > MAX_FILE_CHARACTERS:
            raise ValueError(f"an architecture has at most {MAX_FILE_CHARACTERS:,} characters; this file has more.")
        architecture = from_json(text)
        cost = architecture.cost()
        for count, name, most in (
            (cost.parameters, "parameters", MAX_PARAMETERS),
            (cost.ram_bytes or 0, "bytes of feature maps", MAX_RAM_BYTES),
        ):
            if count > most:
                raise ValueError(f"a network may have at most {most:,} {name}; this one has {count:,}.")
        return architecture
    except UnicodeDecodeError:
        raise ValueError(
            f"{place(path)}: an architecture is a JSON text; this file is not text. Give an architecture.json."
        ) from None
    except ValueError as error:
        raise ValueError(f"{place(path)}: {error}") from None


def build_from_file(path: str | Path) -> KerasModel:
    """The Keras model of an `architecture.json`, with new random weights.

    Raises:
        ValueError, OSError: As in `read_file`.
    """
    return read_file(path).build()


@functools.lru_cache(maxsize=100_000)
def _block_cost(
    block: Block, input_shape: Shape, name: str, activation: str
) -> tuple[tuple[LayerCost, ...], Part, Shape]:
    """The layers of a block, its int8 form after an operator with this activation, and the shape of its output."""
    part = _block_part(block, input_shape, activation)
    return block.layers(input_shape, name), part, block.output_shape(input_shape)


@functools.lru_cache(maxsize=100_000)
def _block_part(block: Block, input_shape: Shape, activation: str) -> Part:
    return part_of(operators.following(block.operators(input_shape), activation))


@functools.lru_cache(maxsize=10_000)
def _head_cost(head: Head, input_shape: Shape) -> tuple[tuple[LayerCost, ...], Part]:
    return head.layers(input_shape), part_of(head.operators(input_shape))


def _key(input_shape: ImageShape, blocks: Iterable[str], head: str) -> str:
    """A hash of `Architecture.to_dict` as JSON with sorted keys.

    A proposal needs a thousand keys, and most blocks are those of other networks. So each is put into words once.

    Args:
        input_shape: Of the architecture.
        blocks, head: The JSON of each.
    """
    text = f'{{"blocks": [{", ".join(blocks)}], "format": {FORMAT}, "head": {head}, "input_shape": {[*input_shape]}}}'
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.lru_cache(maxsize=100_000)
def _sorted_json(part: Block | Head) -> str:
    return json.dumps(_to_dict(part), sort_keys=True)


@functools.lru_cache(maxsize=100_000)
def _function_json(block: Block) -> str:
    """The same, without a bias that changes nothing."""
    return _sorted_json(without_redundant_bias(block))


@functools.lru_cache(maxsize=100_000)
def _to_dict(part: Block | Head) -> dict[str, Any]:
    # Callers share the result, so they must not change it.
    fields = {field.name: _plain(getattr(part, field.name), field.type) for field in dataclasses.fields(part)}
    if isinstance(part, Residual):
        fields["body"] = [_to_dict(block) for block in part.body]
        fields["shortcut"] = _to_dict(part.shortcut) if part.shortcut else None
    return {"kind": part.kind, **fields}


def _plain(value: Any, wanted: Any) -> Any:
    # A dropout of 0 and one of 0.0 are the same network.
    return float(value) if wanted is float else value


def _block(data: object, where: str) -> Block:
    fields = dict(_mapping(data, where))
    if fields.get("kind") == Residual.kind:
        body = fields.get("body")
        if not isinstance(body, list):
            raise ValueError(f"{where}: `body` must be a list of blocks; got {given(body)}.")
        fields["body"] = tuple(_convolution(block, f"{where}, body {i}") for i, block in enumerate(body, start=1))
        if fields.get("shortcut") is not None:
            fields["shortcut"] = _convolution(fields["shortcut"], f"{where}, shortcut")
    return _read(BLOCKS, fields, where)


def _convolution(data: object, where: str) -> Block:
    convolutions = {kind: BLOCKS[kind] for kind in ("standard", "separable")}
    return _read(convolutions, data, where)


def _read(kinds: Mapping[str, type[P]], data: object, where: str) -> P:
    fields = dict(_mapping(data, where))
    kind = fields.pop("kind", None)
    if not isinstance(kind, str) or kind not in kinds:
        raise ValueError(f"{where}: `kind` must be one of {', '.join(kinds)}; got {given(kind)}.")
    return from_fields(kinds[kind], fields, where=where)


def _mapping(data: object, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} must be a JSON object; got {given(data)}.")
    return data

"""Changes to whole inputs: a field missing or wrong, bytes flipped, opcodes exchanged."""

import itertools
import json
import pickletools
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Case = tuple[Any, Callable[[], Any]]
"""An input, to be reported, and the call that reads it."""

DEEP = 10_000  # levels


def nested(depth: int) -> list:
    """Lists inside lists, to this depth."""
    return [] if depth == 1 else [nested(depth - 1)]


def places(data: Any, path: tuple = ()) -> Iterator[tuple]:
    """Paths of all values inside nested mappings and lists."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def replaced(data: Any, path: tuple, value: Any) -> Any:
    """A copy of nested mappings and lists with another value at a path."""
    copy = json.loads(json.dumps(data))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return copy


def removed(data: Any, path: tuple) -> Any:
    """A copy of nested mappings and lists without the value at a path."""
    copy = json.loads(json.dumps(data))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return copy


def mutated(random: Random, content: bytes) -> bytes:
    """Bytes after a few changes: replaced, cut off, removed, repeated, or inserted where decoders stumble over them."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(changed) + 1)
        match random.randrange(6):
            case 0 if changed:
                changed[place % len(changed)] = random.randrange(256)
            case 1:
                del changed[place:]
            case 2:
                del changed[place : place + random.randint(1, 20)]
            case 3:
                changed[place:place] = changed[place : place + random.randint(1, 50)]
            case 4:
                changed[place:place] = random.choice(
                    (
                        b"\x00",
                        b"\xff",
                        b"\xff\xff\xff\xff",
                        b"\x7f\xff\xff\xff",
                        b"\n",
                        b'"',
                        b"-",
                        b",",
                        b"\xef\xbb\xbf",
                    )
                )
            case _:
                changed[place : place + 4] = random.randbytes(4)
    return bytes(changed)


def opcodes_shuffled(random: Random, content: bytes) -> bytes:
    """A pickle with some of its opcodes removed, repeated, exchanged or inserted, each with its whole argument."""
    ends = [position for _, _, position in pickletools.genops(content)] + [len(content)]
    parts = [content[start:end] for start, end in itertools.pairwise(ends)]
    for _ in range(random.randint(1, 4)):
        place, other = random.randrange(len(parts)), random.randrange(len(parts))
        match random.randrange(4):
            case 0:
                del parts[place]
            case 1:
                parts.insert(other, parts[place])
            case 2:
                parts[place], parts[other] = parts[other], parts[place]
            case _:
                parts.insert(place, random.choice(_OPERATIONS))
    return b"".join(parts)


_OPERATIONS = tuple(
    opcode.code.encode("latin-1")
    for opcode in pickletools.opcodes
    if opcode.arg is None  # Opcodes with arguments come from the file itself.
)

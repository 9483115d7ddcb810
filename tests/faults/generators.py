"""Odd and hostile inputs, each fixed by a random generator that was passed in."""

import itertools
import json
import pickle
import pickletools
import struct
import zlib
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Made = tuple[Any, Callable[[], Any]]
"""An input, to be reported, and the call that reads it."""

LONG = 10_000  # characters
DEEP = 10_000  # levels

TEXTS = (
    "",
    " ",
    "\t",
    "a\nb",
    "a\r\nb",
    "\x00",
    "\x1b[31mred\x1b[0m",
    "-",
    "--",
    "--help-me",
    "=",
    "../../outside",
    "/",
    "a/b\\c:d",
    "'; DROP TABLE trials; --",
    '"quoted"',
    "it's",
    "%s %(name)s {0} {name}",
    "$HOME `id` $(id)",
    "$\\frac$",
    "[/b][red]",
    ":dog:",
    "<script>alert(1)</script>",
    "![x](javascript:alert(1))",
    "| a | b |",
    "NaN",
    "-inf",
    "1e999",
    "0x10",
    "1_000",
    "٣",
    "１０",
    "9" * 400,
    "9" * 5_000,
    "-1",
    "0",
    "1.5",
    "true",
    "none",
    "auto",
    "none\u202egnp.exe",
    "\ufeffbom",
    "e\u0301",
    "family 👨‍👩‍👧",
    "日本語",
    "\udcff\udcfe",
    "\u2028line",
    "a\xa0b",
    "x" * 255,
    "x" * LONG,
    "ä" * LONG,
    "a b " * (LONG // 4),
)
"""What people, scripts and attackers type."""

PASSWORD = "hunter2!"

URLS = (
    "sqlite:///",
    "sqlite://",
    "sqlite:",
    "sqlite:////",
    "sqlite:///folder",
    "sqlite:///no/such/folder/x.db",
    "sqlite:///\x00.db",
    "sqlite:///" + "x" * LONG,
    "sqlite:///a b?c#d%20.db",
    "sqlite:///:memory:",
    "sqlite+magic:///x.db",
    "postgresql://",
    f"postgresql://me:{PASSWORD}@",
    f"postgresql://me:{PASSWORD}@127.0.0.1:1/x",
    f"postgresql://me:{PASSWORD}@127.0.0.1:port/x",
    f"postgresql://me:{PASSWORD}@[::1/x",
    f"mysql+pymysql://me:{PASSWORD}@127.0.0.1:1/x?charset=utf8",
    f"mysql://127.0.0.1:1/x?user=me&password={PASSWORD}",
    f"mssql+pyodbc://me:{PASSWORD}@127.0.0.1:1/x",
    f"magic://me:{PASSWORD}@host/x",
    f"://me:{PASSWORD}@host",
    f"http://me:{PASSWORD}@127.0.0.1:1",
    f"https://{PASSWORD}@127.0.0.1:1/",
    f"http://me:{PASSWORD}@[::1",
    "http://",
    "https://:99999999",
    "file:///etc",
    "ftp://host",
    "databricks",
    "",
    " ",
    "\n",
)
"""Where a study or MLflow is said to be."""


def text(random: Random) -> str:
    """One of `TEXTS`, or a few of them together, or random characters."""
    kind = random.random()
    if kind < 0.6:
        return random.choice(TEXTS)
    if kind < 0.8:
        return random.choice(TEXTS) + random.choice(TEXTS)
    return "".join(chr(random.choice((random.randrange(32, 127), random.randrange(1, 0xD800)))) for _ in range(12))


WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    3,
    10**6,
    10**12,
    2**63,
    10**400,
    1.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
    "",
    "32",
    "relu",
    "standard",
    "residual",
    "inverted_residual",
    "xception",
    "resize",
    "\ud800",
    "\x00\n",
    "x" * LONG,
    [],
    [1],
    [1, 2, 3],
    [None] * 3,
    [[[[1]]]],
    list(range(1000)),
    {},
    {"kind": "standard"},
    {"kind": "max_pool", "size": 2},
    {"kind": {"kind": "standard"}},
    {"x" * 1000: 1},
    {str(number): number for number in range(1000)},
)
"""What may stand where something else should."""


def nested(depth: int) -> list:
    """Lists in lists."""
    return [] if depth == 1 else [nested(depth - 1)]


def places(data: Any, path: tuple = ()) -> Iterator[tuple]:
    """Paths of all that is inside nested mappings and lists."""
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
    """A copy of nested mappings and lists without what stands at a path."""
    copy = json.loads(json.dumps(data))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return copy


def mutated(random: Random, content: bytes) -> bytes:
    """Bytes after a few changes: flipped, cut, doubled, put in, or exchanged for such as decoders stumble over."""
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


def png(width: int, height: int, *, rows: bytes = bytes(10_000), kind: int = 0, depth: int = 8) -> bytes:
    """A small PNG file that claims any size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Calls:
    """A pickle of this calls a function where it is opened by Python's own loader."""

    def __init__(self, function, *arguments) -> None:
        self._call = function, arguments

    def __reduce__(self):
        return self._call


def shouting_pickles(mark: str) -> list[bytes]:
    """Pickles that would make the file `mark`, by every opcode that finds or calls something."""
    code = f"open({mark!r}, 'w').close()"
    told = code.encode()
    quoted = b"S" + repr(code).encode() + b"\n"
    short = b"\x8c" + bytes([len(told)]) + told
    evil = Calls(exec, code)
    return [
        *(pickle.dumps(evil, protocol=protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        *(pickle.dumps({b"labels": [0] * 40, b"data": evil}, protocol=protocol) for protocol in (0, 2, 4)),
        pickle.dumps({b"labels": [[[evil]]], b"data": {evil: 1}}),
        b"c__builtin__\nexec\n(" + quoted + b"tR.",  # GLOBAL, REDUCE
        b"\x80\x04\x8c\x08builtins\x8c\x04exec\x93" + short + b"\x85R.",  # STACK_GLOBAL
        b"(" + quoted + b"i__builtin__\nexec\n.",  # INST
        b"(c__builtin__\nexec\n" + quoted + b"o.",  # OBJ
        b"\x80\x02c__builtin__\nexec\n" + quoted + b"\x85\x81.",  # NEWOBJ
        b"\x80\x04c__builtin__\nexec\n" + quoted + b"\x85}\x92.",  # NEWOBJ_EX
        b"\x80\x02\x82\x01" + quoted + b"\x85R.",  # EXT1
        b"\x80\x02\x83\x01\x00.\x80\x02\x84\x01\x00\x00\x00.",  # EXT2, EXT4
        b"P" + told + b"\n.",  # PERSID
        quoted + b"Q.",  # BINPERSID
        b"cos\nsystem\n(S'touch " + mark.encode() + b"'\ntR.",
        b"cnumpy\nndarray\n}S'__setstate__'\nc__builtin__\nexec\nsb" + quoted + b"b.",
        b"c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR.",
        b"cnumpy.core.multiarray\n_reconstruct\n(c__builtin__\nexec\n" + quoted + b"tR.",
    ]


def doubling_pickles() -> list[bytes]:
    """Small pickles whose objects, each twice in the next, take for ever to print or to hash."""
    numbers = [bytes([number]) for number in range(60)]
    lists = b"]" + b"".join(b"q" + n + b"]h" + n + b"ah" + n + b"a" for n in numbers)
    tuples = {
        "numbered": b"K\x01" + b"".join(b"q" + n + b"h" + n + b"\x86" for n in numbers),
        "memoized": b"K\x01" + b"".join(b"\x94h" + n + b"\x86" for n in numbers),
        "copied": b"K\x01" + b"2\x86" * 60,
        "hidden": b"K\x01" + b"".join(b"(eq" + n + b"h" + n + b"\x86" for n in numbers),
    }
    return [
        b"}(S'labels'\n](" + lists + b"eu.",
        *(b"}(" + made + b"Nu." for made in tuples.values()),
        *(b"}" + made + b"Ns." for made in tuples.values()),
        b"cnumpy\ndtype\n(" + tuples["numbered"] + b"tR.",
    ]


def opcodes_shuffled(random: Random, content: bytes) -> bytes:
    """A pickle after some of its operations were left out, doubled or exchanged; arguments stay whole."""
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
    if opcode.arg is None  # the others come with an argument, from the file itself
)

"""Hostile files: images that claim to be huge, and pickles that run code or never end."""

import pickle
import struct
import zlib


def png(width: int, height: int, *, rows: bytes = bytes(10_000), kind: int = 0, depth: int = 8) -> bytes:
    """A small PNG file that claims to have any size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Calls:
    """Python's own loader of pickles calls the function when it opens a pickle of this."""

    def __init__(self, function, *arguments) -> None:
        self._call = function, arguments

    def __reduce__(self):
        return self._call


def pickles_that_run_code(mark: str) -> list[bytes]:
    """Pickles that would create the file `mark`, by every opcode that looks up or calls something."""
    code = f"open({mark!r}, 'w').close()"
    source = code.encode()
    quoted = b"S" + repr(code).encode() + b"\n"
    short = b"\x8c" + bytes([len(source)]) + source
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
        b"P" + source + b"\n.",  # PERSID
        quoted + b"Q.",  # BINPERSID
        b"cos\nsystem\n(S'touch " + mark.encode() + b"'\ntR.",
        b"cnumpy\nndarray\n}S'__setstate__'\nc__builtin__\nexec\nsb" + quoted + b"b.",
        b"c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR.",
        b"cnumpy.core.multiarray\n_reconstruct\n(c__builtin__\nexec\n" + quoted + b"tR.",
    ]


def pickles_that_never_end() -> list[bytes]:
    """Small pickles of objects that each hold another one twice: they take for ever to print or to hash."""
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

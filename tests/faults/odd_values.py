"""Odd and hostile texts, addresses and values."""

from random import Random
from typing import Any

LONG = 10_000  # characters

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
"""Texts that people, scripts and attackers type."""

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
"""Addresses of storages and of MLflow servers."""


def text(random: Random) -> str:
    """One of `TEXTS`, two of them together, or random characters."""
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
"""Values that may stand in the wrong place."""

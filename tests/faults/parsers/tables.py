"""Tables to replay."""

import csv
import io
from pathlib import Path
from random import Random

from tests.faults.mutations import Case, mutated
from tests.faults.odd_values import text

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


def tables(random: Random, number: int, folder: Path) -> Case:
    """Replay tables: odd cells, columns, shapes and encodings, and mutated ones. Some are replayed."""
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

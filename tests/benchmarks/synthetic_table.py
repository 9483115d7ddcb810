"""Made-up tables of networks for `search.replay`, so that the sampler is not judged on one table alone.

    python -m tests.benchmarks.synthetic_table --kind cells --output cells.csv
    python -m search.replay --table cells.csv --reference-accuracy 70

- `cells`: four nodes, six edges, five operations, 15,625 networks. Quality comes from the paths from the first node to
  the last, so that an operation's merit depends on the others, and what is cut off does not learn.
- `words`: six choices without order, 3,840 networks; main effects and pairs.
- `widths`: five layers of 8 to 64 filters and windows of 3x3 or 5x5 in the last two, 131,072 networks. More filters
  help less the more there are, and a layer narrower than the one before it loses some of what that one saw.

Losses fall with the epochs as a power law, those of cells with skips and of wide layers more slowly; every number has
noise of its own.
"""

import argparse
import csv
import itertools

import numpy as np

EPOCHS = (5, 20, 80)
EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
OPERATIONS = {"none": None, "skip": 0.0, "pool": -0.35, "conv1": 0.55, "conv3": 1.0}
"""Strength of each; none cuts the edge."""

COSTS = {"none": 0.0, "skip": 0.0, "pool": 0.0, "conv1": 2.5, "conv3": 18.0}


def cells(random: np.random.Generator):
    """Choices by column, rows, multiply-adds, log losses after the most epochs, and how slowly each learns."""
    rows = list(itertools.product(OPERATIONS, repeat=len(EDGES)))
    macs = [1e6 * (6 + sum(COSTS[operation] for operation in row)) for row in rows]
    quality = np.array([_cell_quality(dict(zip(EDGES, row, strict=True))) for row in rows])
    losses = np.log(5.5) + 1.1 * np.exp(-0.55 * quality) + 0.02 * random.standard_normal(len(rows))
    losses = np.where(np.isnan(quality), np.log(89.0), losses)
    slowness = 0.25 + 0.04 * np.array([row.count("skip") for row in rows]) + 0.06 * random.standard_normal(len(rows))
    return [f"edge{start}{end}" for start, end in EDGES], rows, macs, losses, slowness


def _cell_quality(operations: dict) -> float:
    """Soft maximum of the strengths of the paths, with something for many and for a skip; NaN without any path."""

    def paths(node: int) -> list[list[str]]:
        if node == 0:
            return [[]]
        before = [start for start in range(node) if operations[start, node] != "none"]
        return [[*path, operations[start, node]] for start in before for path in paths(start)]

    found = paths(3)
    if not found:
        return np.nan
    strengths = [sum(OPERATIONS[operation] for operation in path) for path in found]
    pools = sum(path.count("pool") for path in found) / len(found)
    skips = any(set(path) == {"skip"} for path in found)
    return (
        np.log(sum(np.exp(1.5 * strength) for strength in strengths)) / 1.5
        + 0.1 * (len(found) > 2)
        + 0.25 * skips
        - 0.3 * pools
    )


def words(random: np.random.Generator):
    """As `cells`."""
    sizes = (4, 4, 3, 5, 4, 4)
    costs = [random.lognormal(0, 1.2, size) * scale for size, scale in zip(sizes, (4, 3, 2, 2, 1.5, 1), strict=True)]
    effects = [-0.18 * np.log(cost / cost.min()) + random.normal(0, 0.15, len(cost)) for cost in costs]
    pairs = {(a, b): random.normal(0, 0.08, (sizes[a], sizes[b])) for a, b in itertools.combinations(range(6), 2)}
    slow = [random.normal(0, 0.25, size) for size in sizes]
    picks = list(itertools.product(*map(range, sizes)))

    def total(parts, pick) -> float:
        return sum(part[option] for part, option in zip(parts, pick, strict=True))

    raw = np.array(
        [total(effects, pick) + sum(pair[pick[a], pick[b]] for (a, b), pair in pairs.items()) for pick in picks]
    )
    losses = 1.9 + 1.3 * np.log1p(np.exp(1.4 * (raw - np.median(raw)))) + 0.02 * random.standard_normal(len(raw))
    slowness = np.array([total(slow, pick) for pick in picks]) + 0.1 * random.standard_normal(len(raw))
    rows = [tuple(f"option{option}" for option in pick) for pick in picks]
    macs = [1e6 * (1 + total(costs, pick)) for pick in picks]
    return [f"choice{n}" for n in range(6)], rows, macs, losses, 0.3 * np.exp(slowness - slowness.mean())


def widths(random: np.random.Generator):
    """As `cells`."""
    filters, windows = range(8, 72, 8), (3, 5)
    pixels, merits = (1024, 1024, 256, 256, 64), np.array([0.35, 0.45, 0.55, 0.6, 0.5])
    rows = list(itertools.product(*[filters] * 5, *[windows] * 2))
    width, window = np.array(rows)[:, :5], np.array(rows)[:, 5:]
    area = np.column_stack([np.full((len(rows), 3), 9), window**2])
    before = np.column_stack([np.full(len(rows), 3), width[:, :-1]])
    macs = (before * width * area * pixels).sum(axis=1)
    octaves = np.log2(width / 8)
    narrowed = np.maximum(-np.diff(octaves, axis=1), 0).sum(axis=1)
    quality = octaves @ merits - 0.3 * narrowed + 0.25 * (window == 5).sum(axis=1)
    losses = np.log(6 + 40 * np.exp(-0.5 * quality)) + 0.02 * random.standard_normal(len(rows))
    slowness = 0.2 + 0.02 * octaves.sum(axis=1) + 0.05 * random.standard_normal(len(rows))
    return [*(f"filters{n}" for n in range(1, 6)), "window4", "window5"], rows, macs, losses, slowness


KINDS = {"cells": cells, "words": words, "widths": widths}


def accuracies(losses: np.ndarray, slowness: np.ndarray, epochs: int, random: np.random.Generator) -> np.ndarray:
    """Percent after a number of epochs; the noise is larger after fewer."""
    share = epochs / EPOCHS[-1]
    percent = 100 - np.minimum(np.exp(losses + slowness * (share**-0.35 - 1)), 90)
    return np.clip(percent + 0.2 * share**-0.25 * random.standard_normal(len(losses)), 1, 99)


def write(kind: str, output, *, seed: int = 0) -> None:
    """Write a table of a kind into a CSV file."""
    random = np.random.default_rng(seed)
    columns, rows, macs, losses, slowness = KINDS[kind](random)
    measured = [accuracies(losses, slowness, epochs, random) for epochs in EPOCHS]
    test = accuracies(losses, slowness, EPOCHS[-1], random)
    with open(output, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, "macs", *(f"valid@{epochs}" for epochs in EPOCHS), f"test@{EPOCHS[-1]}"])
        for index, row in enumerate(rows):
            results = [round(float(column[index]), 3) for column in (*measured, test)]
            writer.writerow([*row, int(macs[index]), *results])


def main() -> None:
    """Write the table that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=list(KINDS), required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    write(options.kind, options.output, seed=options.seed)


if __name__ == "__main__":
    main()

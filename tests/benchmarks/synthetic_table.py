"""Synthetic tables of networks for `search.replay`, so that a sampler is not judged on one table alone.

    python -m tests.benchmarks.synthetic_table --kind cells --output cells.csv
    python -m search.replay --table cells.csv --reference-accuracy 70

It writes one of three kinds of tables:

- `cells`: four nodes, six edges, five operations, 15,625 networks. The paths from the first node to the last decide the
  quality, so the effect of an operation depends on the others. A network without any path does not learn.
- `words`: six unordered choices, 3,840 networks. Each choice and each pair of choices has an effect.
- `widths`: five layers of 8 to 64 filters, windows of 3x3 or 5x5 in the last two, 131,072 networks. More filters help
  less the more there are. A layer that is narrower than the one before it costs some quality.

Losses fall with the epochs by a power law, more slowly in cells with skips and in wide layers. Every number has its own
noise.
"""

import argparse
import csv
import itertools

import numpy as np

EPOCHS = (5, 20, 80)
EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
OPERATIONS = {"none": None, "skip": 0.0, "pool": -0.35, "conv1": 0.55, "conv3": 1.0}
"""Strength of each operation. "none" removes the edge."""

COSTS = {"none": 0.0, "skip": 0.0, "pool": 0.0, "conv1": 2.5, "conv3": 18.0}
"""Cost of each operation, in millions of multiply-adds."""


def cells(random: np.random.Generator):
    """Names of the columns, rows, multiply-adds, log losses after all epochs, and how slowly each network learns."""
    rows = list(itertools.product(OPERATIONS, repeat=len(EDGES)))
    macs = [1e6 * (6 + sum(COSTS[operation] for operation in row)) for row in rows]
    quality = np.array([_cell_quality(dict(zip(EDGES, row, strict=True))) for row in rows])
    losses = np.log(5.5) + 1.1 * np.exp(-0.55 * quality) + 0.02 * random.standard_normal(len(rows))
    losses = np.where(np.isnan(quality), np.log(89.0), losses)
    slowness = 0.25 + 0.04 * np.array([row.count("skip") for row in rows]) + 0.06 * random.standard_normal(len(rows))
    return [f"edge{start}{end}" for start, end in EDGES], rows, macs, losses, slowness


def _cell_quality(operations: dict) -> float:
    """Soft maximum of the strengths of the paths, with a bonus for many paths and for a skip; NaN without a path."""

    def paths_to(node: int) -> list[list[str]]:
        if node == 0:
            return [[]]
        starts = [start for start in range(node) if operations[start, node] != "none"]
        return [[*path, operations[start, node]] for start in starts for path in paths_to(start)]

    paths = paths_to(3)
    if not paths:
        return np.nan
    strengths = [sum(OPERATIONS[operation] for operation in path) for path in paths]
    pools = sum(path.count("pool") for path in paths) / len(paths)
    skips = any(set(path) == {"skip"} for path in paths)
    return (
        np.log(sum(np.exp(1.5 * strength) for strength in strengths)) / 1.5
        + 0.1 * (len(paths) > 2)
        + 0.25 * skips
        - 0.3 * pools
    )


def words(random: np.random.Generator):
    """The same as of `cells`."""
    sizes = (4, 4, 3, 5, 4, 4)
    costs = [random.lognormal(0, 1.2, size) * scale for size, scale in zip(sizes, (4, 3, 2, 2, 1.5, 1), strict=True)]
    effects = [-0.18 * np.log(cost / cost.min()) + random.normal(0, 0.15, len(cost)) for cost in costs]
    pairs = {(a, b): random.normal(0, 0.08, (sizes[a], sizes[b])) for a, b in itertools.combinations(range(6), 2)}
    slowness_effects = [random.normal(0, 0.25, size) for size in sizes]
    all_options = list(itertools.product(*map(range, sizes)))

    def total(parts, options) -> float:
        return sum(part[option] for part, option in zip(parts, options, strict=True))

    effect_sums = np.array(
        [
            total(effects, options) + sum(pair[options[a], options[b]] for (a, b), pair in pairs.items())
            for options in all_options
        ]
    )
    losses = (
        1.9
        + 1.3 * np.log1p(np.exp(1.4 * (effect_sums - np.median(effect_sums))))
        + 0.02 * random.standard_normal(len(effect_sums))
    )
    slowness = np.array([total(slowness_effects, options) for options in all_options]) + 0.1 * random.standard_normal(
        len(effect_sums)
    )
    rows = [tuple(f"option{option}" for option in options) for options in all_options]
    macs = [1e6 * (1 + total(costs, options)) for options in all_options]
    return [f"choice{n}" for n in range(6)], rows, macs, losses, 0.3 * np.exp(slowness - slowness.mean())


def widths(random: np.random.Generator):
    """The same as of `cells`."""
    filters, windows = range(8, 72, 8), (3, 5)
    pixels, merits = (1024, 1024, 256, 256, 64), np.array([0.35, 0.45, 0.55, 0.6, 0.5])
    rows = list(itertools.product(*[filters] * 5, *[windows] * 2))
    width, window = np.array(rows)[:, :5], np.array(rows)[:, 5:]
    area = np.column_stack([np.full((len(rows), 3), 9), window**2])
    inputs = np.column_stack([np.full(len(rows), 3), width[:, :-1]])
    macs = (inputs * width * area * pixels).sum(axis=1)
    octaves = np.log2(width / 8)
    narrowing = np.maximum(-np.diff(octaves, axis=1), 0).sum(axis=1)
    quality = octaves @ merits - 0.3 * narrowing + 0.25 * (window == 5).sum(axis=1)
    losses = np.log(6 + 40 * np.exp(-0.5 * quality)) + 0.02 * random.standard_normal(len(rows))
    slowness = 0.2 + 0.02 * octaves.sum(axis=1) + 0.05 * random.standard_normal(len(rows))
    return [*(f"filters{n}" for n in range(1, 6)), "window4", "window5"], rows, macs, losses, slowness


KINDS = {"cells": cells, "words": words, "widths": widths}


def accuracies(losses: np.ndarray, slowness: np.ndarray, epochs: int, random: np.random.Generator) -> np.ndarray:
    """Accuracies in percent after a number of epochs. The noise is larger after fewer epochs."""
    share = epochs / EPOCHS[-1]
    percent = 100 - np.minimum(np.exp(losses + slowness * (share**-0.35 - 1)), 90)
    return np.clip(percent + 0.2 * share**-0.25 * random.standard_normal(len(losses)), 1, 99)


def write(kind: str, output, *, seed: int = 0) -> None:
    """Write a table of one of `KINDS` as a CSV file."""
    random = np.random.default_rng(seed)
    columns, rows, macs, losses, slowness = KINDS[kind](random)
    validation = [accuracies(losses, slowness, epochs, random) for epochs in EPOCHS]
    test = accuracies(losses, slowness, EPOCHS[-1], random)
    with open(output, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, "macs", *(f"valid@{epochs}" for epochs in EPOCHS), f"test@{EPOCHS[-1]}"])
        for index, row in enumerate(rows):
            results = [round(float(column[index]), 3) for column in (*validation, test)]
            writer.writerow([*row, int(macs[index]), *results])


def main() -> None:
    """Read the flags, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=list(KINDS), required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    write(options.kind, options.output, seed=options.seed)


if __name__ == "__main__":
    main()

"""What a study gains by `--start-from`, and what it loses where the earlier one misleads: replays of pairs of tables.

    python -m tests.benchmarks.transfer --table cells.csv --reference-accuracy 70 --output FILE.json
    python -m tests.benchmarks.transfer --table nas-bench-201-cifar10.csv --epochs 12 --no-rungs --output FILE.json

For each seed a search of `--earlier` full trainings on another table is what the search of this table starts from. The
other table has the same networks at the same costs, with losses that are

- `same`: this table's, with other noise;
- `related`: half this table's and half a sum of effects of single choices, drawn anew for each seed;
- `shuffled`: those of other networks, so that nothing of it is true;
- `opposite`: mirrored, so that what it says is good is bad.

With `--epochs` there is one other table, `short`: this one's accuracies after so many epochs.
"""

import argparse
import json
from collections.abc import Callable, Mapping

import numpy as np
import optuna

from search.optimizer.sampler.warm_start import WarmStart, transferred
from search.replaying.repetition import Replay, repeat, search
from search.replaying.table import Table, read_table

NOISE = 0.05
"""Of log losses, beside what the table has."""

RELATED = 0.5
"""Share of the variance of log losses that is this table's."""


def altered(table: Table, losses_of: Callable[[np.ndarray], np.ndarray]) -> Table:
    """A table of the same networks, whose log losses at each number of epochs are a function of this one's."""

    def accuracies(values: np.ndarray) -> np.ndarray:
        return 1 - np.clip(np.exp(losses_of(np.log(1 - values))), 1e-3, 0.999)

    validation = {epochs: accuracies(values) for epochs, values in table.validation.items()}
    return _like(table, validation, accuracies(table.test))


def _like(table: Table, validation: Mapping[int, np.ndarray], test: np.ndarray) -> Table:
    rows = [tuple(table.network(row).choices.values()) for row in range(len(table.macs))]
    return Table(table.columns, rows, macs=table.macs, parameters=table.parameters, validation=validation, test=test)


def same(table: Table, random: np.random.Generator) -> Table:
    """See the module; likewise the others."""
    return altered(table, lambda losses: losses + NOISE * random.standard_normal(len(losses)))


def related(table: Table, random: np.random.Generator) -> Table:
    networks = [table.network(row).choices for row in range(len(table.macs))]
    effects = np.zeros(len(networks))
    for name, values in table.choices.items():
        effect = dict(zip(values, random.standard_normal(len(values)), strict=True))
        effects += [effect[network[name]] for network in networks]
    effects = (effects - effects.mean()) / effects.std()

    def mixed(losses: np.ndarray) -> np.ndarray:
        own = (losses - losses.mean()) / losses.std()
        return losses.mean() + losses.std() * (np.sqrt(RELATED) * own + np.sqrt(1 - RELATED) * effects)

    return altered(table, mixed)


def shuffled(table: Table, random: np.random.Generator) -> Table:
    order = random.permutation(len(table.macs))
    return altered(table, lambda losses: losses[order])


def opposite(table: Table, random: np.random.Generator) -> Table:
    return altered(table, lambda losses: losses.min() + losses.max() - losses)


RELATIONS = {"same": same, "related": related, "shuffled": shuffled, "opposite": opposite}


def short(table: Table, epochs: int) -> Table:
    """The same networks after fewer epochs."""
    return _like(table, {epochs: table.validation[epochs]}, table.validation[epochs])


def posterior(table: Table, replay: Replay, *, budget: float, seed: int) -> WarmStart:
    """What a search of another table has learnt, for this one."""
    bounds = table.bounds(reference_accuracy=1 - replay.bounds.reference_loss)
    earlier = Replay(table, bounds, replay.sampler, rungs=table.epochs, budget=budget)
    return transferred(search(earlier, seed)[0], replay.table)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", required=True)
    parser.add_argument("--reference-accuracy", type=float, default=80)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--no-rungs", action="store_true")
    parser.add_argument("--earlier", type=float, default=20)
    parser.add_argument("--budget", type=float, default=10)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--output")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    table = read_table(options.table)
    bounds = table.bounds(reference_accuracy=options.reference_accuracy / 100)
    rungs = table.epochs[-1:] if options.no_rungs else table.epochs
    replay = Replay(table, bounds, "known-cost", rungs=rungs, budget=options.budget)
    relations = {"short": lambda table, random: short(table, options.epochs)} if options.epochs else RELATIONS
    found: dict[str, dict[str, list[float]]] = {}
    for name in ("nothing", *relations):
        for seed in range(options.seeds):
            earlier = None
            if name != "nothing":
                other = relations[name](table, np.random.default_rng(seed))
                earlier = posterior(other, replay, budget=options.earlier, seed=1_000 + seed)
            for budget, share in repeat(replay, seed, earlier=earlier).reached.items():
                found.setdefault(name, {}).setdefault(str(budget), []).append(100 * share)
        line = "  ".join(
            f"{budget}: {np.mean(values):.1f} ± {np.std(values):.1f}" for budget, values in found[name].items()
        )
        print(f"{name:10} {line}", flush=True)
        if options.output:
            with open(options.output, "w", encoding="utf-8") as file:
                json.dump({"settings": vars(options), "reached": found}, file, indent=1)


if __name__ == "__main__":
    main()

"""What a study gains from `--start-from`, and what it loses if the earlier study misleads. Replays of pairs of tables.

    python -m tests.benchmarks.transfer --table cells.csv --reference-accuracy 70 --output FILE.json
    python -m tests.benchmarks.transfer --table nas-bench-201-cifar10.csv --epochs 12 --no-rungs --output FILE.json

For each seed, a search of `--earlier` full trainings on a source table comes first. The search of the given table
starts from it. The source table has the same networks with the same costs. Its losses are one of these:

- `same`: those of the given table, with other noise;
- `related`: half of the variance from the given table, and half from random effects of single choices;
- `shuffled`: those of other networks, so that nothing in it is true;
- `opposite`: mirrored, so that good networks are bad in it.

With `--epochs E` there is one source table instead, `short`: the given table's accuracies after E epochs.
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
"""Standard deviation of the noise that is added to log losses."""

RELATED = 0.5
"""Share of the variance of log losses that comes from the given table."""


def altered(table: Table, losses_of: Callable[[np.ndarray], np.ndarray]) -> Table:
    """A table of the same networks. `losses_of` changes the log losses at each number of epochs."""

    def accuracies(values: np.ndarray) -> np.ndarray:
        return 1 - np.clip(np.exp(losses_of(np.log(1 - values))), 1e-3, 0.999)

    validation = {epochs: accuracies(values) for epochs, values in table.validation.items()}
    return _like(table, validation, accuracies(table.test))


def _like(table: Table, validation: Mapping[int, np.ndarray], test: np.ndarray) -> Table:
    rows = [tuple(table.network(row).choices.values()) for row in range(len(table.macs))]
    return Table(table.columns, rows, macs=table.macs, parameters=table.parameters, validation=validation, test=test)


def same(table: Table, random: np.random.Generator) -> Table:
    """The source table of this name in the module's docstring, as are the next three."""
    return altered(table, lambda losses: losses + NOISE * random.standard_normal(len(losses)))


def related(table: Table, random: np.random.Generator) -> Table:
    networks = [table.network(row).choices for row in range(len(table.macs))]
    effects = np.zeros(len(networks))
    for name, values in table.choices.items():
        effect = dict(zip(values, random.standard_normal(len(values)), strict=True))
        effects += [effect[network[name]] for network in networks]
    effects = (effects - effects.mean()) / effects.std()

    def mix(losses: np.ndarray) -> np.ndarray:
        own_effects = (losses - losses.mean()) / losses.std()
        return losses.mean() + losses.std() * (np.sqrt(RELATED) * own_effects + np.sqrt(1 - RELATED) * effects)

    return altered(table, mix)


def shuffled(table: Table, random: np.random.Generator) -> Table:
    order = random.permutation(len(table.macs))
    return altered(table, lambda losses: losses[order])


def opposite(table: Table, random: np.random.Generator) -> Table:
    return altered(table, lambda losses: losses.min() + losses.max() - losses)


RELATIONS = {"same": same, "related": related, "shuffled": shuffled, "opposite": opposite}


def short(table: Table, epochs: int) -> Table:
    """A source table of the accuracies after fewer epochs."""
    return _like(table, {epochs: table.validation[epochs]}, table.validation[epochs])


def warm_start(source: Table, replay: Replay, *, budget: float, seed: int) -> WarmStart:
    """The warm start that a search of a source table gives a replay."""
    bounds = source.bounds(reference_accuracy=1 - replay.bounds.reference_loss)
    earlier_replay = Replay(source, bounds, replay.sampler, rungs=source.epochs, budget=budget)
    study, _ = search(earlier_replay, seed)
    return transferred(study.name, study.trials(), study.front(), replay.table)


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
    reached: dict[str, dict[str, list[float]]] = {}
    for name in ("nothing", *relations):
        for seed in range(options.seeds):
            earlier = None
            if name != "nothing":
                source = relations[name](table, np.random.default_rng(seed))
                earlier = warm_start(source, replay, budget=options.earlier, seed=1_000 + seed)
            for budget, share in repeat(replay, seed, warm_start=earlier).reached.items():
                reached.setdefault(name, {}).setdefault(str(budget), []).append(100 * share)
        line = "  ".join(
            f"{budget}: {np.mean(values):.1f} ± {np.std(values):.1f}" for budget, values in reached[name].items()
        )
        print(f"{name:10} {line}", flush=True)
        if options.output:
            with open(options.output, "w", encoding="utf-8") as file:
                json.dump({"settings": vars(options), "reached": reached}, file, indent=1)


if __name__ == "__main__":
    main()

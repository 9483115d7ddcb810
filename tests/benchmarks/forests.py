"""Samplers of Optuna and ours on random forests: accuracy against the number of nodes.

    python -m tests.benchmarks.forests --trials 40 --seeds 5

The study is that of `search/optimizer/README.md`: forests that tell handwritten digits apart, without a cap. It prints
the hypervolume of the front, over the logarithm of the number of nodes, as mean and standard error over the seeds.
"""

import argparse
import functools
import warnings
from collections.abc import Callable

import numpy as np
import optuna
from optuna.samplers import BaseSampler

from search.optimizer import KnownCostSampler
from search.optimizer.pareto import Bounds, hypervolume

BOUNDS = Bounds(reference_loss=0.9, lowest_cost=3, highest_cost=100 * 1_023)
"""From chance to perfect, and from one tree with one question to 100 trees of 512 leaves."""

BUDGETS = (10, 20, 40, 80)


def nodes(params: dict[str, int]) -> float:
    """The most nodes that a forest has."""
    leaves = min(2 ** params["max_depth"], params["max_leaf_nodes"])
    return params["n_estimators"] * (2 * leaves - 1)


@functools.cache
def accuracy(n_estimators: int, max_depth: int, max_leaf_nodes: int) -> float:
    """Of the forest, on a third of the images that it was not fitted to; the same forest each time."""
    from sklearn.datasets import load_digits
    from sklearn.ensemble import RandomForestClassifier

    images, digits = load_digits(return_X_y=True)
    forest = RandomForestClassifier(n_estimators, max_depth=max_depth, max_leaf_nodes=max_leaf_nodes, random_state=0)
    return float(forest.fit(images[:1_200], digits[:1_200]).score(images[1_200:], digits[1_200:]))


def objective(trial: optuna.Trial) -> tuple[float, float]:
    """Accuracy and nodes."""
    params = {
        "n_estimators": trial.suggest_int("n_estimators", 1, 100, log=True),
        "max_depth": trial.suggest_int("max_depth", 1, 12),
        "max_leaf_nodes": trial.suggest_int("max_leaf_nodes", 2, 512, log=True),
    }
    return accuracy(**params), nodes(params)


SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "KnownCostSampler": lambda seed: KnownCostSampler(nodes, seed=seed),
    "TPESampler": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "TPESampler(multivariate)": lambda seed: optuna.samplers.TPESampler(multivariate=True, seed=seed),
    "GPSampler": lambda seed: optuna.samplers.GPSampler(seed=seed),
    "NSGAIISampler(20)": lambda seed: optuna.samplers.NSGAIISampler(population_size=20, seed=seed),
    "RandomSampler": lambda seed: optuna.samplers.RandomSampler(seed=seed),
}


def hypervolumes(sampler: BaseSampler, trials: int) -> list[float]:
    """Of one study, after each of the budgets."""
    study = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
    study.optimize(objective, n_trials=trials)
    accuracies, costs = np.array([trial.values for trial in study.trials]).T
    return [hypervolume(1 - accuracies[:n], costs[:n], BOUNDS) for n in BUDGETS if n <= trials]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=40, help="of each study (default %(default)s)")
    parser.add_argument("--seeds", type=int, default=5, help="studies of each sampler (default %(default)s)")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    print("| trials |", " | ".join(str(n) for n in BUDGETS if n <= arguments.trials), "|")
    for name, make in SAMPLERS.items():
        try:
            by_seed = np.array([hypervolumes(make(seed), arguments.trials) for seed in range(arguments.seeds)])
        except ImportError as error:
            print(f"| {name} | not installed: {error.name} |", flush=True)
            continue
        errors = by_seed.std(axis=0, ddof=1) / np.sqrt(len(by_seed))
        cells = [f"{mean:.3f} ± {error:.3f}" for mean, error in zip(by_seed.mean(axis=0), errors, strict=True)]
        print(f"| {name} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()

"""How well the surrogate of a search predicts the end of trainings of which it knows the beginning.

    python -m tests.benchmarks.predictions --table FILE [--rungs 1 3 9]
    python -m tests.benchmarks.predictions --storage URL

Some networks have a result at the lowest rung, and a few of these have been trained to the end: the cheapest ones, as
in a search that begins with them, or any. The end of the others is predicted. Printed are, in log loss, the root mean
square and the mean of the errors, and the mean log density that was predicted where the result is; a larger one is
better. `--storage` takes all networks of a search; of a table several samples are drawn.
"""

import argparse
import copy
from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import costs_of, log_losses
from search.replaying.table import Table, read_table
from spaces.hybrid import HybridSpace
from spaces.network import Space

SAMPLES = ((16, 4), (28, 8), (44, 14))
"""Networks of a table with a result at the lowest rung, and how many of them were trained to the end."""

TRAINED = (3, 5, 8, 12)
"""How many of a search's were."""

SEEDS = 3
COST_NOISE = 0.3  # Of the logarithms of cost, by which the cheapest are chosen: a search's order is not exact either.


def trials_of(table: Table) -> list[FrozenTrial]:
    """A trial for each row."""
    options = {name: CategoricalDistribution(values) for name, values in table.choices.items()}
    trials = []
    for row in range(len(table.macs)):
        network = table.network(row)
        accuracies = {str(epochs): float(column[row]) for epochs, column in table.validation.items()}
        attributes = {attr.MACS: network.costs.multiply_adds, attr.PARAMETERS: network.costs.parameters}
        trial = create_trial(
            state=TrialState.COMPLETE,
            values=[accuracies[str(table.epochs[-1])], network.costs.flops],
            params=dict(network.params),
            distributions=options,
            user_attrs={**attributes, attr.RUNGS: accuracies},
        )
        trial.number = row
        trials.append(trial)
    return trials


def with_rungs(trial: FrozenTrial, rungs: Sequence[int]) -> FrozenTrial:
    """The trial as if it had results at these rungs alone."""
    known = {rung: accuracy for rung, accuracy in trial.user_attrs[attr.RUNGS].items() if int(rung) in rungs}
    part = copy.copy(trial)
    part.user_attrs = {**trial.user_attrs, attr.RUNGS: known}
    return part


def predictions(
    trials: Sequence[FrozenTrial], rungs: Sequence[int], space: Space, *, n_trained: int, cheapest: bool, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Errors of the predicted log losses at the end, and the log densities there; each of shape (n,)."""
    random = Random(seed)
    ended = [trial for trial in trials if rungs[-1] in log_losses(trial)]
    costs = np.log(costs_of(ended)) + [random.gauss(0, COST_NOISE) for _ in ended]
    order = np.argsort(costs) if cheapest else random.sample(range(len(ended)), len(ended))
    trained = {ended[index].number for index in order[:n_trained]}
    known = {trial.number: with_rungs(trial, rungs if trial.number in trained else rungs[:1]) for trial in trials}
    all_costs = costs_of(trials)
    bounds = Bounds(1.0, float(all_costs.min()), float(all_costs.max()))
    problem = Problem(space, Ladder(tuple(rungs)), bounds=bounds)
    posterior = Posterior(list(known.values()), [], problem=problem, random=random)
    asked = [trial for trial in ended if trial.number not in trained]
    means, covariances = posterior.predict(posterior.of_trials([known[trial.number] for trial in asked]), [rungs[-1]])
    errors = means[:, 0] - [log_losses(trial)[rungs[-1]] for trial in asked]
    variances = covariances[:, 0, 0] + posterior.noise(rungs[-1]) ** 2
    return errors, -0.5 * (np.log(2 * np.pi * variances) + errors**2 / variances)


def histories(options) -> Iterator[tuple[list[FrozenTrial], list[int], Space, int]]:
    """Trials, rungs, the space of their networks, and how many trials were trained to the end."""
    if options.table:
        table = read_table(options.table)
        trials, rungs = trials_of(table), options.rungs or table.epochs
        for n_begun, n_trained in SAMPLES:
            for seed in range(SEEDS):
                yield Random(seed).sample(trials, n_begun), list(rungs), table, n_trained
        return
    (name,) = optuna.get_all_study_names(options.storage)
    trials = optuna.load_study(study_name=name, storage=options.storage).get_trials(deepcopy=False)
    trials = [trial for trial in trials if log_losses(trial)]
    rungs = sorted({rung for trial in trials for rung in log_losses(trial)})
    for n_trained in TRAINED:
        yield trials, rungs, HybridSpace(), n_trained


def main() -> None:
    """Predict and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--table", metavar="FILE")
    source.add_argument("--storage", metavar="URL", help="of a search; it has one study")
    parser.add_argument("--rungs", type=int, nargs="+", help="of the table; all if not given")
    options = parser.parse_args()
    for cheapest in (True, False):
        results = [
            predictions(trials, rungs, space, n_trained=n_trained, cheapest=cheapest, seed=seed)
            for trials, rungs, space, n_trained in histories(options)
            for seed in range(1 if options.table else SEEDS)
        ]
        errors, densities = (np.concatenate(part) for part in zip(*results, strict=True))
        print(
            f"{'cheapest' if cheapest else 'any'} trained: error {np.sqrt(np.mean(errors**2)):.3f}, mean error "
            f"{errors.mean():+.3f}, log density {densities.mean():.2f} ({len(errors)} predictions)"
        )


if __name__ == "__main__":
    main()

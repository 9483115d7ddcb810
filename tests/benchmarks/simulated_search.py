"""Searches of the hybrid space in a minute each: trainings are not run but predicted, by a model of stored searches.

    python -m tests.benchmarks.simulated_search --storage URL [URL ...] --seeds 6 --output FILE.json

The storages have searches of the hybrid space on the same images, by the same rungs. The model is fitted to all their
networks: Gaussian processes of scikit-learn over the choices, the cost and the size of a network. It shares no code
with the sampler's surrogate, so it is the same for each version of the sampler. Networks that learn slowly at first do
so here too. The seconds of a training follow a power of the cost.

Printed is how well the model predicts each search from the others. Then come, after some minutes on two workers, the
hypervolume of the networks that were trained to the end, and the accuracy by MFLOPs, as the model has them: mean and
standard error over the seeds. To compare two versions, run it in the checkout of each with the same storages. Seeds are
pairs: `--against FILE.json` prints the mean differences.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial

from search.benchmarking.statistics import Estimate, estimate, paired_difference
from search.exporting.ranks import rank_correlation
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds, hypervolume
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import FLOPS_PER_MULTIPLY_ADD, costs_of, function_key_of, log_losses, parameters_of
from search.training.recipe import ONE_CYCLE
from search.workers.loop import run
from search.workers.messages import Job
from search.workers.simulated_pool import SimulatedPool
from spaces.hybrid import HybridSpace

MAX_FLOPS = 25e6
MINUTES = (20, 40, 60, np.inf)
BUDGETS = (0.12, 0.25, 0.5, 1, 2, 4, 7.2, 12, 16)
NOISE = 0.02
"""Standard deviation of a measured log loss: 0.4 points of an accuracy of 80 %."""

OVERHEAD = 2.0  # seconds of a job before its first epoch


class Residuals:
    """A function of networks: a quadratic in log cost and log size, and a Gaussian process of what is left.

    Args:
        networks: Params, multiply-adds and parameters of networks.
        values: Array of shape (n,).
    """

    def __init__(self, networks: Sequence[tuple[Mapping[str, Any], float, float]], values: np.ndarray) -> None:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Matern, WhiteKernel
        from sklearn.preprocessing import StandardScaler

        self._vectorizer, self._scaler = DictVectorizer(sparse=False), StandardScaler()
        self._scaler.fit(self._vectorizer.fit_transform([_choices(each[0]) for each in networks]))
        kernel = ConstantKernel(0.01) * Matern(1.0, nu=2.5) + WhiteKernel(NOISE**2, (0.5 * NOISE**2, 9 * NOISE**2))
        kernel += ConstantKernel(0.01) * DotProduct(0.0, sigma_0_bounds="fixed")
        self._process = GaussianProcessRegressor(kernel, n_restarts_optimizer=2, random_state=0)
        trend = self._trend(networks)
        self._coefficients = np.linalg.lstsq(trend, values, rcond=None)[0]
        self._process.fit(self._features([each[0] for each in networks]), values - trend @ self._coefficients)

    def __call__(self, params: Mapping[str, Any], multiply_adds: float, parameters: float) -> float:
        """The value of a network."""
        left = self._process.predict(self._features([params]))
        return float((self._trend([(params, multiply_adds, parameters)]) @ self._coefficients + left)[0])

    def _features(self, params: Sequence[Mapping[str, Any]]) -> np.ndarray:
        features: np.ndarray = self._scaler.transform(self._vectorizer.transform(list(map(_choices, params))))
        return features / np.sqrt(features.shape[1])

    @staticmethod
    def _trend(networks: Sequence[tuple[Mapping[str, Any], float, float]]) -> np.ndarray:
        cost, size = (np.log([each[column] for each in networks]) for column in (1, 2))
        return np.column_stack([np.ones(len(cost)), cost, cost**2, size])


def _choices(params: Mapping[str, Any]) -> dict[str, Any]:
    """Words as they are, numbers by their logarithms."""
    return {name: value if isinstance(value, str) else float(np.log2(value + 1)) for name, value in params.items()}


class Truth:
    """What trainings end with and how long they take, by trials that were trained.

    Args:
        trials: Of searches.
        rungs: Their numbers of epochs.

    Attributes:
        at_top: The log loss of a network at the top rung.
    """

    def __init__(self, trials: Sequence[FrozenTrial], rungs: Sequence[int]) -> None:
        top = rungs[-1]
        ended = [trial for trial in trials if top in log_losses(trial)]
        self.rungs, networks = tuple(rungs), list(map(_network, ended))
        losses = {rung: np.array([log_losses(trial)[rung] for trial in ended]) for rung in rungs}
        self.at_top = Residuals(networks, losses[top])
        self._above_top = {rung: Residuals(networks, losses[rung] - losses[top]) for rung in rungs[:-1]}
        seconds = np.array([trial.user_attrs[attr.SECONDS] / max(log_losses(trial)) for trial in ended])
        self._power, self._log_unit = np.polyfit(np.log(costs_of(ended)), np.log(seconds), 1)

    def log_loss(self, params: Mapping[str, Any], cost: Any, rung: int) -> float:
        """Of a network, without the noise of a measurement."""
        network = params, float(cost.multiply_adds), float(cost.parameters)
        return self.at_top(*network) + (self._above_top[rung](*network) if rung in self._above_top else 0.0)

    def seconds(self, job: Job) -> float:
        """Of a job."""
        epoch = np.exp(self._log_unit) * job.architecture.cost().multiply_adds ** self._power
        return float(OVERHEAD + (job.milestones[-1] - job.resume_from) * epoch)


def _network(trial: FrozenTrial) -> tuple[Mapping[str, Any], float, float]:
    return trial.params, float(costs_of([trial])[0]), float(parameters_of(trial))


def held_out(searches: Sequence[Sequence[FrozenTrial]], rungs: Sequence[int]) -> tuple[float, float]:
    """How well searches are predicted from the others, in the mean: networks of each that the others have not trained.

    Returns:
        Root mean square error in log loss, and rank correlation of what a parabola in log cost leaves unexplained.
    """
    scores = []
    for search in searches:
        others = [trial for other in searches if other is not search for trial in other]
        truth, known = Truth(others, rungs), set(map(function_key_of, others))
        new = [trial for trial in search if function_key_of(trial) not in known]
        ended = [trial for trial in new if rungs[-1] in log_losses(trial)]
        pairs = np.array([[truth.at_top(*_network(trial)), log_losses(trial)[rungs[-1]]] for trial in ended])
        logs = np.log(costs_of(ended))
        left = [column - np.polyval(np.polyfit(logs, column, 2), logs) for column in pairs.T]
        scores.append((np.sqrt(np.mean(np.diff(pairs) ** 2)), rank_correlation(*left)))
    error, correlation = np.mean(np.array(scores, dtype=float), axis=0)
    return float(error), float(correlation)


class Simulation:
    """One search.

    Args:
        truth: What trainings end with.
        bounds: Of the hypervolume.
        seed: Of the search and the noise.
    """

    def __init__(self, truth: Truth, bounds: Bounds, seed: int) -> None:
        self._truth, self._bounds, self._seed = truth, bounds, seed
        self._pool = SimulatedPool(self._accuracy, workers=2, seconds=truth.seconds)

    @cached_property
    def _study(self) -> SearchStudy:
        caps = Caps(flops=MAX_FLOPS)
        problem = Problem(HybridSpace(), Ladder(self._truth.rungs), caps, bounds=self._bounds, ends_by_trials=True)
        storage = optuna.storages.InMemoryStorage()
        return open_study("simulated", problem, storage=storage, sampler="known-cost", seed=self._seed, settings={})

    def search(self, trials: int) -> dict[str, Any]:
        """Search, and say what was found by some minutes."""
        run(self._study, self._pool, total=trials, recipe=ONE_CYCLE, watch=lambda event: None, stop=lambda: False)
        top = self._truth.rungs[-1]
        ended = [training for training in self._pool.started if training.job.milestones[-1] == top]
        losses = np.array([np.exp(self._log_loss(training.job)) for training in ended])
        costs = np.array([training.job.architecture.cost().multiply_adds for training in ended], dtype=float)
        minutes = np.array([training.end for training in ended]) / 60
        return {
            "seed": self._seed,
            "minutes": self._pool.now / 60,
            "hypervolume": [
                hypervolume(losses[minutes <= end], costs[minutes <= end], self._bounds) for end in MINUTES
            ],
            "accuracy": [
                [
                    float(
                        np.max(
                            100 * (1 - losses[(minutes <= end) & (FLOPS_PER_MULTIPLY_ADD * costs <= 1e6 * budget)]),
                            initial=0.0,
                        )
                    )
                    for budget in BUDGETS
                ]
                for end in MINUTES
            ],
        }

    def _log_loss(self, job: Job) -> float:
        params = self._study.optuna_study.get_trials(deepcopy=False)[job.trial].params
        return self._truth.log_loss(params, job.architecture.cost(), job.milestones[-1])

    def _accuracy(self, job: Job) -> float:
        """What is measured: the same for each training of a network with a seed."""
        key = f"{job.architecture.function_key} {job.milestones[-1]} {self._seed}"
        random = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]))
        return float(1 - np.exp(self._log_loss(job) + NOISE * random.standard_normal()))


def in_words(found: Estimate, digits: int) -> str:
    """Mean and standard error."""
    if found.mean is None:
        return "no seed"
    error = "" if found.standard_error is None else f" ± {found.standard_error:.{digits}f}"
    return f"{found.mean:.{digits}f}{error}"


def print_table(results: Sequence[Mapping[str, Any]], against: Sequence[Mapping[str, Any]] | None = None) -> None:
    """Hypervolume and accuracies by minutes, or their differences to other results of the same seeds."""
    columns = [("hypervolume", 0, 4), *(("accuracy", column, 1) for column in range(len(BUDGETS)))]
    for row, minutes in enumerate(MINUTES):
        words = []
        for key, column, digits in columns:
            ours, theirs = (
                {result["seed"]: np.ravel(result[key][row])[column] for result in each}
                for each in (results, against or ())
            )
            words.append(in_words(estimate(ours) if against is None else paired_difference(ours, theirs), digits))
        print(f"{minutes:4.0f} min", *words, sep="  ", flush=True)


def main() -> None:
    """Fit, search and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--storage", nargs="+", required=True, metavar="URL", help="of a search; it has one study")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--against", type=Path, metavar="FILE.json", help="of another version")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    studies = [optuna.load_study(study_name=None, storage=storage) for storage in options.storage]
    searches = [[trial for trial in study.get_trials(deepcopy=False) if log_losses(trial)] for study in studies]
    trials = [trial for search in searches for trial in search]
    rungs = sorted({rung for trial in trials for rung in log_losses(trial)})
    if len(searches) > 1:
        error, correlation = held_out(searches, rungs)
        print(f"searches predicted from the others: error {error:.3f} in log loss, rank correlation {correlation:.2f}")
    truth = Truth(trials, rungs)
    bounds = Bounds(**studies[0].user_attrs[attr.BOUNDS])
    results = []
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        results.append(Simulation(truth, bounds, seed).search(options.trials))
        options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print("after", "hypervolume", *(f"{budget:g} MFLOPs" for budget in BUDGETS), sep="  ")
    print_table(results)
    if options.against:
        print("differences")
        print_table(results, json.loads(options.against.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()

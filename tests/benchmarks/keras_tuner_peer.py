"""How good a front does KerasTuner's Hyperband find in as many training epochs? On real images.

    python -m tests.benchmarks.keras_tuner_peer --dataset cifar10 --train-limit 10000 --seeds 3 --output FILE.json

Only the way to choose differs. Both search the same space on the same images under the same cap; every network is
trained by `search.training`, one schedule a rung, so that a network that both choose has the same accuracy. An epoch
is one wherever it is spent, and both go on until the budget is.

Hyperband minimises one number. KerasTuner's own way of having several objectives is their sum, so it is given

    validation error + weight * place of log(multiply-adds) between the ends of the rectangle, 0 to 1

One weight leads to one place of the front. A front is what is asked for, so the budget is shared evenly by several
weights, each a Hyperband of its own, and all networks that any of them trained to the top count; `--weights 0.3` alone
gives one weight all of it. Costs are known before training there, too: a network over the cap gets the worst score and
no epoch. Which weights are right can't be known before; the default ones span a hundredfold.

The front holds networks trained to the top rung; hypervolume is that of `search.optimizer.pareto`, in one rectangle.
"""

import argparse
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import optuna

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds, hypervolume
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.registry import DEFAULT
from search.optimizer.study.opening import open_study
from search.training.datasets import Dataset, load
from search.training.environment import import_tensorflow
from search.training.recipe import ONE_CYCLE
from search.workers.loop import run
from search.workers.messages import EpochDone, Event, Job, JobDone
from search.workers.worker import Worker
from spaces.hybrid import HybridSpace

WEIGHTS = (0.03, 0.3, 3.0)
SHARES = (0.25, 0.5, 0.75, 1.0)  # of the budget, at which the front is looked at
WORST = 10.0  # score of what is over the cap


@dataclass
class Spent:
    """Epochs trained, and what came out: (epochs spent when it did, loss, multiply-adds) of what reached the top."""

    epochs: int = 0
    reached: list[tuple[int, float, float]] = field(default_factory=list)

    def hypervolumes(self, bounds: Bounds, budget: int) -> dict[str, float]:
        """By share of the budget."""
        return {str(share): self._hypervolume(bounds, share * budget) for share in SHARES}

    def _hypervolume(self, bounds: Bounds, epochs: float) -> float:
        found = np.array([(loss, cost) for spent, loss, cost in self.reached if spent <= epochs]).reshape(-1, 2)
        return hypervolume(found[:, 0], found[:, 1], bounds)


class CountingPool:
    """One job at a time, trained in this process; counts epochs."""

    def __init__(self, dataset: Dataset, weights: Path, *, top: int) -> None:
        self._worker, self._top = Worker(dataset, weights), top
        self._jobs: list[Job] = []
        self.spent = Spent()

    @property
    def free(self) -> int:
        """One job at a time."""
        return 1 - len(self._jobs)

    def start(self, job: Job) -> None:
        """Begin a job."""
        self._jobs.append(job)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """What happens while the job is done."""
        job = self._jobs.pop()
        for event in self._worker.do(job):
            self.spent.epochs += isinstance(event, EpochDone)
            if isinstance(event, JobDone) and job.milestones[-1] == self._top:
                cost = job.architecture.cost().multiply_adds
                self.spent.reached.append((self.spent.epochs, 1 - event.accuracy, float(cost)))
            yield event


@dataclass(frozen=True)
class Task:
    """What both search.

    Attributes:
        dataset: The images.
        space: The networks.
        caps: What they may cost.
        ladder: Epochs at which they are judged.
    """

    dataset: Dataset
    space: HybridSpace
    caps: Caps
    ladder: Ladder

    def study(self, seed: int):
        """Ours; its bounds are the rectangle of both."""
        return open_study(
            "peer",
            Problem(self.space, caps=self.caps, ladder=self.ladder),
            storage=optuna.storages.InMemoryStorage(),
            sampler=DEFAULT,
            seed=seed,
            settings={},
        )


def ours(task: Task, *, budget: int, seed: int) -> Spent:
    """The default search."""
    with tempfile.TemporaryDirectory() as folder:
        pool = CountingPool(task.dataset, Path(folder), top=task.ladder.top)
        run(
            task.study(seed),
            pool,
            total=10**6,
            recipe=ONE_CYCLE,
            watch=lambda event: None,
            stop=lambda: pool.spent.epochs >= budget,
        )
        return pool.spent


def theirs(task: Task, *, budget: int, seed: int, weights: Sequence[float], bounds: Bounds) -> Spent:
    """A Hyperband for each weight, one after the other; each may spend its share."""
    with tempfile.TemporaryDirectory() as folder:
        pool = CountingPool(task.dataset, Path(folder, "weights"), top=task.ladder.top)
        Path(folder, "weights").mkdir()
        for number, weight in enumerate(weights, start=1):
            tuner = _tuner_class()(task, pool, weight, bounds, round(budget * number / len(weights)), seed, folder)
            tuner.search()
        return pool.spent


def _tuner_class() -> type:
    import keras_tuner

    class WeightedSum(keras_tuner.Hyperband):
        """KerasTuner's Hyperband, whose trials are trained as the search trains its own."""

        def __init__(self, task: Task, pool: CountingPool, weight: float, bounds: Bounds, until, seed, folder) -> None:
            self._task, self._pool, self._weight, self._bounds = task, pool, weight, bounds
            self._until = until
            super().__init__(
                task.space.build,
                objective=keras_tuner.Objective("score", "min"),
                max_epochs=task.ladder.top,
                factor=3,
                hyperband_iterations=10**6,
                seed=seed,
                directory=folder,
                project_name=f"weight-{weight}",
            )
            self.oracle.verbose = 0

        def run_trial(self, trial, *arguments, **options):
            """The weighted sum after as many epochs as Hyperband asks for."""
            answers = trial.hyperparameters
            architecture = self._task.space.architecture(answers)
            if not self._task.caps.allow(architecture.cost()):
                return {"score": WORST}
            begun, until = answers["tuner/initial_epoch"], answers["tuner/epochs"]
            milestones = self._task.ladder.between(begun, until)
            number = int(trial.trial_id)
            self._pool.start(Job(number, architecture, number, ONE_CYCLE, milestones, resume_from=begun, last=False))
            *_, end = self._pool.events(timeout=0)
            if self._pool.spent.epochs >= self._until:
                self.oracle.max_trials = len(self.oracle.trials)  # No other follows.
            if not isinstance(end, JobDone):
                return {"score": WORST}
            (place,) = self._bounds.positions([architecture.cost().multiply_adds])
            return {"score": 1 - end.accuracy + self._weight * float(place)}

    return WeightedSum


def compare(task: Task, *, budget: int, seeds: Sequence[int], weights: Sequence[float]) -> list[dict]:
    """A row for each seed and method."""
    rows = []
    for seed in seeds:
        bounds = task.study(seed).bounds
        hyperband = theirs(task, budget=budget, seed=seed, weights=weights, bounds=bounds)
        for method, spent in ((DEFAULT, ours(task, budget=budget, seed=seed)), ("hyperband", hyperband)):
            volumes = spent.hypervolumes(bounds, budget)
            rows.append(
                {
                    "method": method,
                    "seed": seed,
                    "epochs": spent.epochs,
                    "at_the_top": len(spent.reached),
                    "hypervolume": volumes,
                    "reached": spent.reached,
                }
            )
            told = "  ".join(f"{float(share):.0%} {volume:.4f}" for share, volume in volumes.items())
            print(
                f"{method:12s} seed {seed}  {spent.epochs} epochs, {len(spent.reached)} at the top: {told}", flush=True
            )
    return rows


def table(rows: Sequence[dict]) -> str:
    """Mean and standard deviation over seeds, as Markdown."""
    lines = [
        f"| share of the budget | {' | '.join(f'{share:.0%}' for share in SHARES)} |",
        "|---|" + "--:|" * len(SHARES),
    ]
    for method in dict.fromkeys(row["method"] for row in rows):
        volumes = [[row["hypervolume"][str(share)] for share in SHARES] for row in rows if row["method"] == method]
        cells = (f"{mean:.3f} ± {std:.3f}" for mean, std in zip(np.mean(volumes, 0), np.std(volumes, 0), strict=True))
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits")
    parser.add_argument("--data-dir")
    parser.add_argument("--train-limit", type=int)
    parser.add_argument("--epochs", type=int, default=9, help="of a full training")
    parser.add_argument("--budget", type=int, default=270, help="epochs that each method may spend")
    parser.add_argument("--max-flops", type=float, default=25e6)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--weights", type=float, nargs="+", default=list(WEIGHTS))
    parser.add_argument("--threads", type=int)
    parser.add_argument("--output")
    options = parser.parse_args()
    import_tensorflow(threads=options.threads)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    dataset = load(options.dataset, data_dir=options.data_dir, train_limit=options.train_limit, image_size=None, seed=0)
    task = Task(
        dataset,
        HybridSpace(input_shape=dataset.input_shape, classes=dataset.classes),
        Caps(flops=options.max_flops),
        Ladder(tuple(sorted({math.ceil(options.epochs / share) for share in (9, 3, 1)}))),  # Hyperband's own
    )
    rows = compare(task, budget=options.budget, seeds=range(options.seeds), weights=options.weights)
    print(table(rows))
    if options.output:
        Path(options.output).write_text(json.dumps({"options": vars(options), "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()

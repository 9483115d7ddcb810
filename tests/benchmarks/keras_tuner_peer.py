"""The front of our search and the front of KerasTuner's Hyperband, after the same number of epochs on real images.

    python -m tests.benchmarks.keras_tuner_peer --dataset cifar10 --train-limit 10000 --seeds 3 --output FILE.json

Only the choice of networks differs. Both search the same space on the same images under the same cap. `search.training`
trains every network, with one schedule for each rung, so a network that both choose has the same accuracy. Both go on
until they have spent the same budget of epochs.

Hyperband minimises one number. KerasTuner combines several objectives by their sum, so Hyperband gets

    validation error + weight * position of log(multiply-adds) in the rectangle, 0 to 1

One weight leads to one part of the front. So several weights share the budget evenly, each with a Hyperband of its own,
and all networks that any of them trained to the top rung count. `--weights 0.3` gives one weight the whole budget. The
right weights are not known in advance. The default ones span a factor of a hundred. Hyperband knows costs before
training, too: a network over the cap gets the worst score and no epoch.

The front holds networks that were trained to the top rung. All hypervolumes are measured in one rectangle.
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
SHARES = (0.25, 0.5, 0.75, 1.0)  # of the budget, at which the hypervolume is measured
WORST_SCORE = 10.0  # of a network over the cap


@dataclass
class Progress:
    """What a search has spent and what it has found.

    Attributes:
        epochs: Epochs trained so far.
        complete: For each network that was trained to the top rung: epochs spent until then, loss, multiply-adds.
    """

    epochs: int = 0
    complete: list[tuple[int, float, float]] = field(default_factory=list)

    def hypervolumes(self, bounds: Bounds, budget: int) -> dict[str, float]:
        """The hypervolume by share of the budget."""
        return {str(share): self._hypervolume(bounds, share * budget) for share in SHARES}

    def _hypervolume(self, bounds: Bounds, epochs: float) -> float:
        points = np.array([(loss, cost) for spent, loss, cost in self.complete if spent <= epochs]).reshape(-1, 2)
        return hypervolume(points[:, 0], points[:, 1], bounds)


class CountingPool:
    """Trains one job at a time in this process, and counts its epochs."""

    def __init__(self, dataset: Dataset, weights: Path, *, top: int) -> None:
        self._worker, self._top = Worker(dataset, weights), top
        self._jobs: list[Job] = []
        self.progress = Progress()

    @property
    def free(self) -> int:
        """How many more jobs can be started now."""
        return 1 - len(self._jobs)

    def start(self, job: Job) -> None:
        """Start a job."""
        self._jobs.append(job)

    def events(self, *, timeout: float) -> Iterator[Event]:
        """The epochs of the job, and its end."""
        job = self._jobs.pop()
        for event in self._worker.do(job):
            self.progress.epochs += isinstance(event, EpochDone)
            if isinstance(event, JobDone) and job.milestones[-1] == self._top:
                cost = job.architecture.cost().multiply_adds
                self.progress.complete.append((self.progress.epochs, 1 - event.accuracy, float(cost)))
            yield event


@dataclass(frozen=True)
class Task:
    """The task of both searches.

    Attributes:
        dataset: The images.
        space: The networks.
        caps: The largest costs allowed.
        ladder: The rungs.
    """

    dataset: Dataset
    space: HybridSpace
    caps: Caps
    ladder: Ladder

    def study(self, seed: int):
        """The study of our search. Its bounds are the rectangle for both."""
        return open_study(
            "peer",
            Problem(self.space, caps=self.caps, ladder=self.ladder),
            storage=optuna.storages.InMemoryStorage(),
            sampler=DEFAULT,
            seed=seed,
            settings={},
        )


def our_search(task: Task, *, budget: int, seed: int) -> Progress:
    """Our search with default settings."""
    with tempfile.TemporaryDirectory() as folder:
        pool = CountingPool(task.dataset, Path(folder), top=task.ladder.top)
        run(
            task.study(seed),
            pool,
            total=10**6,
            recipe=ONE_CYCLE,
            watch=lambda event: None,
            stop=lambda: pool.progress.epochs >= budget,
        )
        return pool.progress


def hyperband_search(task: Task, *, budget: int, seed: int, weights: Sequence[float], bounds: Bounds) -> Progress:
    """A Hyperband for each weight, one after the other. Each may spend its share of the budget."""
    with tempfile.TemporaryDirectory() as folder:
        pool = CountingPool(task.dataset, Path(folder, "weights"), top=task.ladder.top)
        Path(folder, "weights").mkdir()
        for number, weight in enumerate(weights, start=1):
            spend_until = round(budget * number / len(weights))
            tuner = _tuner_class()(task, pool, weight, bounds, spend_until, seed, folder)
            tuner.search()
        return pool.progress


def _tuner_class() -> type:
    import keras_tuner

    class WeightedSum(keras_tuner.Hyperband):
        """KerasTuner's Hyperband on a weighted sum. Its trials are trained like those of our search."""

        def __init__(
            self, task: Task, pool: CountingPool, weight: float, bounds: Bounds, spend_until: int, seed, folder
        ):
            self._task, self._pool, self._weight, self._bounds = task, pool, weight, bounds
            self._spend_until = spend_until
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
            hp = trial.hyperparameters
            architecture = self._task.space.architecture(hp)
            if not self._task.caps.allow(architecture.cost()):
                return {"score": WORST_SCORE}
            resume_from = hp["tuner/initial_epoch"]
            milestones = self._task.ladder.between(resume_from, hp["tuner/epochs"])
            number = int(trial.trial_id)
            self._pool.start(
                Job(number, architecture, number, ONE_CYCLE, milestones, resume_from=resume_from, last=False)
            )
            *_, last_event = self._pool.events(timeout=0)
            if self._pool.progress.epochs >= self._spend_until:
                self.oracle.max_trials = len(self.oracle.trials)  # No further trial follows.
            if not isinstance(last_event, JobDone):
                return {"score": WORST_SCORE}
            (position,) = self._bounds.positions([architecture.cost().multiply_adds])
            return {"score": 1 - last_event.accuracy + self._weight * float(position)}

    return WeightedSum


def compare(task: Task, *, budget: int, seeds: Sequence[int], weights: Sequence[float]) -> list[dict]:
    """One row for each seed and method."""
    rows = []
    for seed in seeds:
        bounds = task.study(seed).bounds
        hyperband = hyperband_search(task, budget=budget, seed=seed, weights=weights, bounds=bounds)
        ours = our_search(task, budget=budget, seed=seed)
        for method, progress in ((DEFAULT, ours), ("hyperband", hyperband)):
            volumes = progress.hypervolumes(bounds, budget)
            rows.append(
                {
                    "method": method,
                    "seed": seed,
                    "epochs": progress.epochs,
                    "at_the_top": len(progress.complete),
                    "hypervolume": volumes,
                    "reached": progress.complete,
                }
            )
            by_share = "  ".join(f"{float(share):.0%} {volume:.4f}" for share, volume in volumes.items())
            print(
                f"{method:12s} seed {seed}  {progress.epochs} epochs, {len(progress.complete)} at the top: {by_share}",
                flush=True,
            )
    return rows


def table(rows: Sequence[dict]) -> str:
    """A Markdown table of means and standard deviations over seeds."""
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
    """Search both ways, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
        Ladder(tuple(sorted({math.ceil(options.epochs / share) for share in (9, 3, 1)}))),  # the rungs of Hyperband
    )
    rows = compare(task, budget=options.budget, seeds=range(options.seeds), weights=options.weights)
    print(table(rows))
    if options.output:
        Path(options.output).write_text(json.dumps({"options": vars(options), "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""The front over wall-clock time on real CIFAR-10: of two samplers, or in two spaces.

    python -m tests.benchmarks.front_over_time --of samplers --minutes 40 --train-limit 10000 --output FOLDER
    python -m tests.benchmarks.front_over_time --of spaces --minutes 40 --train-limit 10000 --seeds 3 --output FOLDER

The samplers are our default and Optuna's default without rungs. For each seed both searches run at the same time, each
alone on one core with one thread, on the same images with the same recipe and caps, and are stopped after the same
time. The folder then holds `front_over_time.json`, with the hypervolume of each search after each trial that was
trained to the end, in one rectangle for all, and `front_over_time.png`. Of spaces, where one may have cheaper networks
than the other, it also tells the hypervolumes in the rectangle that all have in common, and the accuracy by budget.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.trial import TrialState

from search.optimizer.pareto import Bounds, front, hypervolume
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import losses_and_costs

SEARCHES = {
    "samplers": {
        "known-cost, rungs": ["--sampler", "known-cost"],
        "tpe-default, no rungs": ["--sampler", "tpe-default", "--no-rungs"],
    },
    "spaces": {"mobile": ["--space", "mobile"], "hybrid": ["--space", "hybrid"]},
}
"""What is compared, the newer first: name of the search to its flags."""

MORE_THAN_FIT = "100000"  # trials

BUDGETS = (0.5, 1, 2, 4, 8, 16)
"""MFLOPs for which the best accuracy is told."""


def command(folder: Path, flags_of_search: list[str], seed: int, options) -> list[str]:
    """A search that is only ended by a signal."""
    flags = ["--trials", MORE_THAN_FIT, "--seed", str(seed), "--epochs", str(options.epochs)]
    flags += ["--train-limit", str(options.train_limit), "--study", "study"]
    flags += ["--storage", f"sqlite:///{folder}/search.db", "--tracking-uri", f"sqlite:///{folder}/mlflow.db"]
    if options.data_dir:
        flags += ["--data-dir", options.data_dir]
    return [sys.executable, "-m", "search.run", *flags, *flags_of_search]


def search_side_by_side(folder: Path, seed: int, options) -> None:
    """Run all searches at once, a core each, and stop them together."""
    running = []
    for core, (name, flags) in zip(sorted(os.sched_getaffinity(0)), SEARCHES[options.of].items(), strict=False):
        place = _place(folder, name, seed)
        place.mkdir(parents=True)
        one_thread = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
        running.append(
            subprocess.Popen(
                ["taskset", "--cpu-list", str(core), *command(place.resolve(), flags, seed, options)],
                env=os.environ | one_thread,
                stdout=(place / "log").open("w"),
                stderr=subprocess.STDOUT,
            )
        )
    time.sleep(60 * options.minutes)
    for process in running:
        process.send_signal(signal.SIGINT)
    for process in running:
        process.wait(120)


def _place(folder: Path, name: str, seed: int) -> Path:
    return folder / f"{name.split(',')[0]}-{seed}"


def stored(folder: Path) -> optuna.Study:
    """The study of a search."""
    return optuna.load_study(study_name="study", storage=f"sqlite:///{folder.resolve()}/search.db")


def rectangle(studies: Iterable[optuna.Study], *, common: bool = False) -> Bounds:
    """The one that holds those of all, or the part that they have in common."""
    each = [Bounds(**study.user_attrs[attr.BOUNDS]) for study in studies]
    least, most = (max, min) if common else (min, max)
    return Bounds(
        most(one.reference_loss for one in each),
        least(one.lowest_cost for one in each),
        most(one.highest_cost for one in each),
    )


def curve(study: optuna.Study, bounds: Bounds) -> dict[str, Any]:
    """Minutes since the first trial began, and the hypervolume then, at each trial that was trained to the end."""
    trials = study.get_trials(deepcopy=False)
    started = min(trial.datetime_start for trial in trials if trial.datetime_start)
    complete = sorted((t for t in trials if t.state == TrialState.COMPLETE), key=lambda t: t.datetime_complete)
    minutes = [(trial.datetime_complete - started).total_seconds() / 60 for trial in complete]
    reached = [hypervolume(*losses_and_costs(complete[: n + 1]), bounds) for n in range(len(complete))]
    begun = sum(attr.EPOCHS in trial.user_attrs for trial in trials)
    members = [complete[index] for index in front(*losses_and_costs(complete))]
    return {
        "minutes": minutes,
        "hypervolume": reached,
        "networks_begun": begun,
        "networks_trained": len(complete),
        "front": [(trial.values[0], trial.values[1], trial.user_attrs[attr.WORDS]) for trial in members],
    }


def at(one: dict, minutes: float) -> float:
    """Hypervolume at a time."""
    return max(
        [0.0, *(value for when, value in zip(one["minutes"], one["hypervolume"], strict=True) if when <= minutes)]
    )


def time_to(one: dict, wanted: float) -> float:
    """Minutes to a hypervolume; infinite if it was not reached."""
    return min([np.inf, *(w for w, value in zip(one["minutes"], one["hypervolume"], strict=True) if value >= wanted)])


def mean_of(found: list[dict]) -> dict:
    """The mean curve of several seeds."""
    times = sorted({when for one in found for when in one["minutes"]})
    return {"minutes": times, "hypervolume": [float(np.mean([at(one, when) for one in found])) for when in times]}


def summary(curves: dict[str, list[dict]], minutes: float) -> dict:
    """Hypervolumes by time, and how much sooner ours reached what the other did in all its time, by seed and mean."""
    ours, other = curves.values()
    shares = [minutes * part / 8 for part in range(1, 9)]
    speedups = [minutes / time_to(one, at(two, minutes)) for one, two in zip(ours, other, strict=True)]
    return {
        "hypervolume": {
            name: {f"{when:g}": [at(one, when) for one in found] for when in shares} for name, found in curves.items()
        },
        "times_as_fast_to_the_same": speedups,
        "times_as_fast_in_the_mean": minutes / time_to(mean_of(ours), at(mean_of(other), minutes)),
    }


def by_budget(curves: dict[str, list[dict]]) -> dict:
    """Best accuracy, 0 to 1, of a network of so many MFLOPs at the most, a number a seed; 0 where there is none."""
    return {
        name: {
            str(budget): [max([0.0, *(a for a, flops, _ in one["front"] if flops <= 1e6 * budget)]) for one in found]
            for budget in BUDGETS
        }
        for name, found in curves.items()
    }


def draw(curves: dict[str, list[dict]], minutes: float, path: Path) -> None:
    """Hypervolume over time, a line a seed."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.2), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    for (name, found), color in zip(curves.items(), ("#d1495b", "#5b6c7d"), strict=True):
        for seed, one in enumerate(found):
            times, values = [0.0, *one["minutes"], minutes], [0.0, *one["hypervolume"], at(one, minutes)]
            axes.step(times, values, where="post", color=color, linewidth=2, label=None if seed else name)
    axes.set(xlabel="minutes on one core", ylabel="hypervolume of the front", xlim=(0, minutes))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path)


def main() -> None:
    """Search, read the stores, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=SEARCHES, default="samplers")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--train-limit", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--data-dir")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    if options.output.exists() and any(options.output.iterdir()):
        parser.error(f"--output {options.output} has files in it, perhaps of another run. Give a new folder.")

    for seed in range(options.seeds):
        search_side_by_side(options.output, seed, options)
    studies = {
        name: [stored(_place(options.output, name, seed)) for seed in range(options.seeds)]
        for name in SEARCHES[options.of]
    }
    everyone = [study for each in studies.values() for study in each]
    bounds = rectangle(everyone)
    curves = {name: [curve(study, bounds) for study in each] for name, each in studies.items()}
    found = summary(curves, options.minutes)
    if options.of == "spaces":
        common = rectangle(everyone, common=True)
        found["hypervolume_in_common"] = {
            name: [curve(study, common)["hypervolume"][-1] for study in each] for name, each in studies.items()
        }
        found["accuracy_by_mflops"] = by_budget(curves)
    settings = {name: str(value) for name, value in vars(options).items() if name not in ("data_dir", "output")}
    written = {"settings": settings, "summary": found, "curves": curves}
    (options.output / "front_over_time.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    draw(curves, options.minutes, options.output / "front_over_time.png")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()

"""The hypervolume of the front over time on real CIFAR-10, for two samplers or for two versions of the program.

    python -m tests.benchmarks.front_over_time --of samplers --minutes 40 --train-limit 10000 --output FOLDER
    python -m tests.benchmarks.front_over_time --of versions --other CHECKOUT --other-flags "FLAGS" --output FOLDER

The samplers are our default, and Optuna's default without rungs. The versions are this one and another checkout of the
program, both with their defaults and perhaps further flags for the other. For each seed both searches run at the same
time, each on one core with one thread, with the same images, recipe and caps. Both are stopped after `--minutes`.

The folder then holds `front_over_time.png` and `front_over_time.json`. The latter has the hypervolume of each search
after each trial that was trained to the end, in one rectangle for all. One of two versions may have cheaper networks
than the other, if its space is another one. So for versions it also has the hypervolumes in the rectangle that both
have in common, and the accuracy by budget.
"""

import argparse
import json
import os
import shlex
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

ROOT = Path(__file__).parents[2]

COMPARED = ("samplers", "versions")

MORE_TRIALS_THAN_FIT = "100000"

BUDGETS = (0.5, 1, 2, 4, 8, 16)
"""Budgets in MFLOPs for which the best accuracy is reported."""


def searches(options) -> dict[str, tuple[Path, list[str]]]:
    """The two searches that are compared: name to checkout and flags. The speedup is that of the first."""
    if options.of == "samplers":
        default = ["--sampler", "tpe-default", "--no-rungs"]
        return {"known-cost, rungs": (ROOT, ["--sampler", "known-cost"]), "tpe-default, no rungs": (ROOT, default)}
    return {"this version": (ROOT, []), "other version": (options.other, shlex.split(options.other_flags))}


def command(folder: Path, flags_of_search: list[str], seed: int, options) -> list[str]:
    """The command of a search that only a signal ends."""
    flags = ["--trials", MORE_TRIALS_THAN_FIT, "--seed", str(seed), "--epochs", str(options.epochs)]
    flags += ["--train-limit", str(options.train_limit), "--study", "study"]
    flags += ["--storage", f"sqlite:///{folder}/search.db", "--tracking-uri", f"sqlite:///{folder}/mlflow.db"]
    if options.data_dir:
        flags += ["--data-dir", str(options.data_dir.resolve())]
    return [sys.executable, "-m", "search.run", *flags, *flags_of_search]


def search_side_by_side(folder: Path, seed: int, options) -> None:
    """Run both searches at once, each on one core, and stop them together."""
    processes = []
    for core, (name, (checkout, flags)) in zip(
        sorted(os.sched_getaffinity(0)), searches(options).items(), strict=False
    ):
        search_folder = _search_folder(folder, name, seed).resolve()
        search_folder.mkdir(parents=True)
        one_thread = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
        processes.append(
            subprocess.Popen(
                ["taskset", "--cpu-list", str(core), *command(search_folder, flags, seed, options)],
                cwd=search_folder,
                env=os.environ | one_thread | {"PYTHONPATH": str(checkout.resolve())},
                stdout=(search_folder / "log").open("w"),
                stderr=subprocess.STDOUT,
            )
        )
    time.sleep(60 * options.minutes)
    for process in processes:
        process.send_signal(signal.SIGINT)
    for process in processes:
        process.wait(120)


def _search_folder(folder: Path, name: str, seed: int) -> Path:
    return folder / f"{name.split(',')[0].replace(' ', '-')}-{seed}"


def load_study(folder: Path) -> optuna.Study:
    """The study of the search in a folder."""
    return optuna.load_study(study_name="study", storage=f"sqlite:///{folder.resolve()}/search.db")


def rectangle(studies: Iterable[optuna.Study], *, common: bool = False) -> Bounds:
    """The rectangle that contains those of all studies, or the part that they have in common."""
    all_bounds = [Bounds(**study.user_attrs[attr.BOUNDS]) for study in studies]
    lower, upper = (max, min) if common else (min, max)
    return Bounds(
        upper(bounds.reference_loss for bounds in all_bounds),
        lower(bounds.lowest_cost for bounds in all_bounds),
        upper(bounds.highest_cost for bounds in all_bounds),
    )


def hypervolume_curve(study: optuna.Study, bounds: Bounds) -> dict[str, Any]:
    """At the end of each complete training: minutes since the first trial began, and the hypervolume."""
    trials = study.get_trials(deepcopy=False)
    started = min(trial.datetime_start for trial in trials if trial.datetime_start)
    complete = sorted((t for t in trials if t.state == TrialState.COMPLETE), key=lambda t: t.datetime_complete)
    minutes = [(trial.datetime_complete - started).total_seconds() / 60 for trial in complete]
    hypervolumes = [hypervolume(*losses_and_costs(complete[: n + 1]), bounds) for n in range(len(complete))]
    networks_begun = sum(attr.EPOCHS in trial.user_attrs for trial in trials)
    members = [complete[index] for index in front(*losses_and_costs(complete))]
    return {
        "minutes": minutes,
        "hypervolume": hypervolumes,
        "networks_begun": networks_begun,
        "networks_trained": len(complete),
        "front": [(trial.values[0], trial.values[1], trial.user_attrs[attr.WORDS]) for trial in members],
    }


def hypervolume_at(curve: dict, minutes: float) -> float:
    """The hypervolume at a time; 0 before the first complete training."""
    return max([0.0, *(value for time, value in _points(curve) if time <= minutes)])


def minutes_to(curve: dict, target: float) -> float:
    """Minutes to a hypervolume; infinite if the search did not reach it."""
    return min([np.inf, *(time for time, value in _points(curve) if value >= target)])


def _points(curve: dict) -> zip:
    return zip(curve["minutes"], curve["hypervolume"], strict=True)


def mean_curve(curves: list[dict]) -> dict:
    """The mean curve of several seeds."""
    times = sorted({time for curve in curves for time in curve["minutes"]})
    means = [float(np.mean([hypervolume_at(curve, time) for curve in curves])) for time in times]
    return {"minutes": times, "hypervolume": means}


def summary(curves: dict[str, list[dict]], minutes: float) -> dict:
    """Hypervolumes by time, and the speedup of the first search over the second, by seed and for the mean curves.

    The speedup is the whole time, divided by the time in which the first search reached what the second one reached in
    the whole time.
    """
    first, second = curves.values()
    times = [minutes * part / 8 for part in range(1, 9)]
    mean_target = hypervolume_at(mean_curve(second), minutes)
    return {
        "hypervolume": {
            name: {f"{time:g}": [hypervolume_at(curve, time) for curve in of_seeds] for time in times}
            for name, of_seeds in curves.items()
        },
        "times_as_fast_to_the_same": [
            minutes / minutes_to(one, hypervolume_at(other, minutes)) for one, other in zip(first, second, strict=True)
        ],
        "times_as_fast_in_the_mean": minutes / minutes_to(mean_curve(first), mean_target),
    }


def by_budget(curves: dict[str, list[dict]]) -> dict:
    """Best accuracy, 0 to 1, of a network within each budget of MFLOPs, for each seed. 0 if there is no network."""
    return {
        name: {str(budget): [_best_within(budget, curve["front"]) for curve in of_seeds] for budget in BUDGETS}
        for name, of_seeds in curves.items()
    }


def _best_within(mflops: float, members: list[tuple[float, float, str]]) -> float:
    return max([0.0, *(accuracy for accuracy, flops, _ in members if flops <= 1e6 * mflops)])


def draw(curves: dict[str, list[dict]], minutes: float, path: Path) -> None:
    """Draw the hypervolume over time, one line for each seed."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.2), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    for (name, of_seeds), color in zip(curves.items(), ("#d1495b", "#5b6c7d"), strict=True):
        for seed, curve in enumerate(of_seeds):
            times = [0.0, *curve["minutes"], minutes]
            values = [0.0, *curve["hypervolume"], hypervolume_at(curve, minutes)]
            axes.step(times, values, where="post", color=color, linewidth=2, label=None if seed else name)
    axes.set(xlabel="minutes on one core", ylabel="hypervolume of the front", xlim=(0, minutes))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path)


def main() -> None:
    """Search, read the studies, write the file and the chart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=COMPARED, default="samplers")
    parser.add_argument("--other", type=Path, metavar="CHECKOUT", help="folder of another version of the program")
    parser.add_argument(
        "--other-flags", default="", metavar="FLAGS", help="further flags of the other version's search"
    )
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--train-limit", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    if options.output.exists() and any(options.output.iterdir()):
        parser.error(f"--output {options.output} is not empty. Give a new folder.")
    if options.of == "versions" and not (options.other and (options.other / "search" / "run.py").exists()):
        parser.error(f"--other must be a checkout of the program; got {options.other}. Give its folder.")

    for seed in range(options.seeds):
        search_side_by_side(options.output, seed, options)
    studies = {
        name: [load_study(_search_folder(options.output, name, seed)) for seed in range(options.seeds)]
        for name in searches(options)
    }
    all_studies = [study for of_seeds in studies.values() for study in of_seeds]
    bounds = rectangle(all_studies)
    curves = {name: [hypervolume_curve(study, bounds) for study in of_seeds] for name, of_seeds in studies.items()}
    results = summary(curves, options.minutes)
    if options.of == "versions":
        common = rectangle(all_studies, common=True)
        results["hypervolume_in_common"] = {
            name: [hypervolume_at(hypervolume_curve(study, common), np.inf) for study in of_seeds]
            for name, of_seeds in studies.items()
        }
        results["accuracy_by_mflops"] = by_budget(curves)
    settings = {
        name: str(value) for name, value in vars(options).items() if name not in ("data_dir", "other", "output")
    }
    content = {"settings": settings, "summary": results, "curves": curves}
    (options.output / "front_over_time.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draw(curves, options.minutes, options.output / "front_over_time.png")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()

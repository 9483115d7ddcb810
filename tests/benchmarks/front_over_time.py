"""The hypervolume of the front over time on real CIFAR-10: our search, and others beside it.

    python -m tests.benchmarks.front_over_time --of samplers --minutes 40 --train-limit 10000 --output FOLDER
    python -m tests.benchmarks.front_over_time --of tutorial --minutes 20 --train-limit 5000 --output FOLDER
    python -m tests.benchmarks.front_over_time --of versions --other CHECKOUT --other-flags "FLAGS" --output FOLDER

- `samplers`: our default sampler, and Optuna's default sampler without rungs.
- `tutorial`: this program, and the script that a user would write instead, `optuna_tutorial`. Ours is stopped after a
  quarter of the minutes.
- `versions`: this one and another checkout of the program, both with their defaults and perhaps further flags for the
  other. With `--other-flags` several times, the other one searches so many times.

Each search runs alone on one core with one thread, with the same images and caps and the same number of epochs. As many
run at the same time as there are cores. Minutes count from the start of the command.

The folder then holds `front_over_time.png` and `front_over_time.json`. The latter has the hypervolume of each search
after each trial that was trained to the end, in one rectangle for all. One of two versions may have cheaper networks
than the other, if its space is another one. So for versions it also has the hypervolumes in the rectangle that both
have in common, and the accuracy by budget.
"""

import argparse
import itertools
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import numpy as np

from tests.benchmarks.hypervolume_curves import (
    STARTED,
    by_budget,
    draw,
    hypervolume_at,
    hypervolume_curve,
    load_study,
    rectangle,
    summary,
)

ROOT = Path(__file__).parents[2]

COMPARED = ("samplers", "tutorial", "versions")

MORE_TRIALS_THAN_FIT = "100000"

STOPPING = 300
"""Seconds that a search may take to end once it is asked to."""


@dataclass(frozen=True)
class Search:
    """One of the searches that are compared.

    Attributes:
        name: In the chart.
        minutes: Until it is stopped.
        flags: Of its command.
        module: The command.
        checkout: Folder of the program's version.
    """

    name: str
    minutes: float
    flags: tuple[str, ...] = ()
    module: str = "search.run"
    checkout: Path = ROOT

    def command(self, folder: Path, seed: int, options) -> list[str]:
        """The command, which only a signal ends."""
        flags = ["--storage", f"sqlite:///{folder}/search.db", "--seed", str(seed), "--epochs", str(options.epochs)]
        flags += ["--train-limit", str(options.train_limit)]
        if options.data_dir:
            flags += ["--data-dir", str(options.data_dir.resolve())]
        if self.module == "search.run":
            flags += ["--trials", MORE_TRIALS_THAN_FIT, "--study", "study"]
            flags += ["--tracking-uri", f"sqlite:///{folder}/mlflow.db"]
        return [sys.executable, "-m", self.module, *flags, *self.flags]


def searches(options) -> tuple[Search, ...]:
    """The searches that are compared. The speedups are those of the first."""
    minutes = options.minutes
    if options.of == "samplers":
        default = ("--sampler", "tpe-default", "--no-rungs")
        ours = Search("known-cost, rungs", minutes, ("--sampler", "known-cost"))
        return ours, Search("tpe-default, no rungs", minutes, default)
    if options.of == "tutorial":
        tutorial = Search("Optuna's tutorial with fit", minutes, module="tests.benchmarks.optuna_tutorial")
        return Search("this program", minutes / 4), tutorial
    others = [
        Search(f"other version {flags}".strip(), minutes, tuple(shlex.split(flags)), checkout=options.other)
        for flags in options.other_flags or [""]
    ]
    return Search("this version", minutes), *others


def run_all(folder: Path, options) -> None:
    """Run the searches of all seeds, each alone on a core."""
    cores: Queue[int] = Queue()
    for core in os.sched_getaffinity(0):
        cores.put(core)
    jobs = list(itertools.product(range(options.seeds), searches(options)))

    def run_alone(job: tuple[int, Search]) -> None:
        core = cores.get()
        try:
            run(job[1], _search_folder(folder, job[1], job[0]).resolve(), core=core, seed=job[0], options=options)
        finally:
            cores.put(core)

    with ThreadPoolExecutor(cores.qsize()) as pool:
        list(pool.map(run_alone, jobs))


def run(search: Search, folder: Path, *, core: int, seed: int, options) -> None:
    """Run a search on a core, and stop it after its minutes."""
    folder.mkdir(parents=True)
    (folder / STARTED).write_text(str(time.time()))
    one_thread = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        ["taskset", "--cpu-list", str(core), *search.command(folder, seed, options)],
        cwd=folder,
        env=os.environ | one_thread | {"PYTHONPATH": str(search.checkout.resolve())},
        stdout=(folder / "log").open("w"),
        stderr=subprocess.STDOUT,
    )
    try:
        process.wait(60 * search.minutes)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        process.wait(STOPPING)
    else:
        raise SystemExit(f"The search of {folder} ended by itself; {folder / 'log'} says why.")
    finally:
        process.kill()


def _search_folder(folder: Path, search: Search, seed: int) -> Path:
    words = re.findall(r"\w+", search.name)
    return folder / "-".join([*words, str(seed)])


def main() -> None:
    """Search, read the studies, write the file and the chart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=COMPARED, default="samplers")
    parser.add_argument("--other", type=Path, metavar="CHECKOUT", help="folder of another version of the program")
    parser.add_argument(
        "--other-flags", action="append", metavar="FLAGS", help="further flags of the other version's search"
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

    run_all(options.output, options)
    folders = {
        search.name: [_search_folder(options.output, search, seed) for seed in range(options.seeds)]
        for search in searches(options)
    }
    all_studies = [load_study(folder) for of_seeds in folders.values() for folder in of_seeds]
    bounds = rectangle(all_studies)
    curves = {name: [hypervolume_curve(folder, bounds) for folder in of_seeds] for name, of_seeds in folders.items()}
    results = summary(curves, options.minutes)
    if options.of == "versions":
        common = rectangle(all_studies, common=True)
        results["hypervolume_in_common"] = {
            name: [hypervolume_at(hypervolume_curve(folder, common), np.inf) for folder in of_seeds]
            for name, of_seeds in folders.items()
        }
        results["accuracy_by_mflops"] = by_budget(curves)
    settings = {
        name: str(value) for name, value in vars(options).items() if name not in ("data_dir", "other", "output")
    }
    content = {"settings": settings, "summary": results, "curves": curves}
    (options.output / "front_over_time.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draw(curves, {search.name: search.minutes for search in searches(options)}, options.output / "front_over_time.png")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()

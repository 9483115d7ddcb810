"""The share of a search's wall-clock time in which its workers are training, and where the rest goes.

    python -m tests.benchmarks.training_share --output FILE.json -- --trials 12 --train-limit 20000

What follows `--` is for `search.run`, which searches in a folder of its own. Training is the epochs alone, with their
validation; building and compiling networks, starting workers, waiting for proposals and all book-keeping are the rest.
`--folder FOLDER --minutes M` looks at a search that was run before in that folder, for M minutes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import optuna

from search.optimizer.trials import attributes as attr
from search.training.trainer import EpochResult
from search.workers.machine import plan


def measure(folder: Path, *, wall: float, workers: int) -> dict[str, float]:
    """Shares of the workers' time, 0 to 1.

    Args:
        folder: Where the search was run.
        wall: Its time from start to end, seconds.
        workers: How many it had.
    """
    storage = f"sqlite:///{folder.resolve()}/search.db"
    (study,) = optuna.get_all_study_names(storage)
    trials = optuna.load_study(study_name=study, storage=storage).get_trials(deepcopy=False)
    epochs = [epoch for trial in trials for epoch in trial.user_attrs.get(attr.EPOCHS, [])]
    training = sum(EpochResult(*epoch).seconds for epoch in epochs)
    busy = sum(trial.user_attrs.get(attr.SECONDS, 0.0) for trial in trials)
    return {
        "training": training / (wall * workers),
        "building and compiling": (busy - training) / (wall * workers),
        "all else": 1 - busy / (wall * workers),
        "wall_seconds": wall,
        "workers": workers,
        "epochs": len(epochs),
        "trials": sum(attr.SECONDS in trial.user_attrs for trial in trials),
    }


def main() -> None:
    """Search, read the store, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--workers", type=int, help="as many as the machine does best with, unless said otherwise")
    parser.add_argument("--output", type=Path)
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args()
    if (options.folder is None) != (options.minutes is None):
        parser.error("--folder and --minutes go together: the minutes are those of the search in that folder")
    workers = plan(options.workers).workers
    if options.folder:
        found = measure(options.folder, wall=60 * options.minutes, workers=workers)
    else:
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            command = [sys.executable, "-m", "search.run", "--workers", str(workers), *options.flags]
            subprocess.run(command, cwd=folder, check=True)
            found = measure(Path(folder), wall=time.perf_counter() - started, workers=workers)
    text = json.dumps(found, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The share of a search's time in which its workers train, and what the rest of the time goes to.

    python -m tests.benchmarks.training_share --output FILE.json -- --trials 12 --train-limit 20000

The flags after `--` are those of `search.run`, which searches in a temporary folder. Training means the epochs and
their validation. Building and compiling networks, starting workers, waiting for proposals and bookkeeping are the rest.
`--folder FOLDER --minutes M` measures a finished search instead, which took M minutes in that folder.
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
from search.training.trainer import SECONDS_COLUMN
from search.workers.machine import plan


def measure(folder: Path, *, wall_seconds: float, workers: int) -> dict[str, float]:
    """Shares of the workers' time, 0 to 1.

    Args:
        folder: The folder of the search.
        wall_seconds: Seconds from its start to its end.
        workers: Number of its workers.
    """
    storage = f"sqlite:///{folder.resolve()}/search.db"
    (study,) = optuna.get_all_study_names(storage)
    trials = optuna.load_study(study_name=study, storage=storage).get_trials(deepcopy=False)
    epochs = [epoch for trial in trials for epoch in trial.user_attrs.get(attr.EPOCHS, [])]
    training_seconds = sum(epoch[SECONDS_COLUMN] for epoch in epochs)
    busy_seconds = sum(trial.user_attrs.get(attr.SECONDS, 0.0) for trial in trials)
    return {
        "training": training_seconds / (wall_seconds * workers),
        "building and compiling": (busy_seconds - training_seconds) / (wall_seconds * workers),
        "all else": 1 - busy_seconds / (wall_seconds * workers),
        "wall_seconds": wall_seconds,
        "workers": workers,
        "epochs": len(epochs),
        "trials": sum(attr.SECONDS in trial.user_attrs for trial in trials),
    }


def main() -> None:
    """Search, read the store, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--workers", type=int, help="default: as many as suit this machine")
    parser.add_argument("--output", type=Path)
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args()
    if (options.folder is None) != (options.minutes is None):
        parser.error("--folder and --minutes go together: the minutes are those of the search in that folder")
    workers = plan(options.workers).workers
    if options.folder:
        shares = measure(options.folder, wall_seconds=60 * options.minutes, workers=workers)
    else:
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            command = [sys.executable, "-m", "search.run", "--workers", str(workers), *options.flags]
            subprocess.run(command, cwd=folder, check=True)
            shares = measure(Path(folder), wall_seconds=time.perf_counter() - started, workers=workers)
    text = json.dumps(shares, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

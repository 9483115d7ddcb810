"""The folder of a benchmark."""

import os
from pathlib import Path

from mlflow_runs.safe_text import sentence
from search.benchmarking.benchmark import Benchmark
from search.cli import output_file
from search.errors import SearchError

TABLE, FIGURE, DATA = "hypervolume.csv", "hypervolume.png", "benchmark.json"


def benchmark_folder(name: str) -> Path:
    """A folder that files can be written into. Nothing is created.

    Raises:
        SearchError: If it is a file, or can't be made or written.
    """
    folder = Path(name)
    existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    if not existing.is_dir():
        what = "is a file" if existing == folder.absolute() else f"lies below the file {sentence(str(existing))}"
        raise SearchError(f"--output must be a folder; {sentence(name)} {what}. Give another name.")
    if not os.access(existing, os.W_OK):
        raise SearchError(f"the folder {sentence(str(existing))} is not writable. Give another --output.")
    return folder


def write_files(benchmark: Benchmark, folder: Path) -> list[Path]:
    """Write the tidy table, the figure, and means and differences; replaces those of before. Returns their paths."""
    contents = {
        TABLE: benchmark.to_csv(),
        FIGURE: benchmark.figure.png(),
        DATA: f"{benchmark.to_json()}\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        output_file.write(folder / name, content)
    return [folder / name for name in contents]

"""The folder of a benchmark."""

import json
from pathlib import Path

from search.benchmarking.benchmark import Benchmark
from search.cli import output_file

TABLE, FIGURE, DATA = "hypervolume.csv", "hypervolume.png", "benchmark.json"


def write_files(benchmark: Benchmark, folder: Path) -> list[Path]:
    """Write the tidy table, the figure, and means and differences; replaces those of before. Returns their paths."""
    contents = {
        TABLE: benchmark.to_csv(),
        FIGURE: benchmark.figure.png(),
        DATA: json.dumps(benchmark.to_dict(), indent=2) + "\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        output_file.write(folder / name, content)
    return [folder / name for name in contents]

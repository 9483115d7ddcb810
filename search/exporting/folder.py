"""The folder of an export or a comparison. Each of its files is complete, or it is not there."""

import json
from pathlib import Path
from typing import Any

from search.cli.output_file import write
from search.devices.formats import FORMATS
from search.errors import SearchError

ARCHITECTURE, LABELS, REPORT, PAGE = "architecture.json", "labels.txt", "report.json", "report.html"
TEACHER = "teacher.keras"
UNFINISHED = ".unfinished"
"""Folder of the trainings, from which an interrupted command continues."""


def output_folder(name: str) -> Path:
    """The folder that --output names. Nothing is created.

    Raises:
        SearchError: If it is a file.
    """
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        raise SearchError(f"--output must be a folder; {name} is a file. Give another name.")
    return folder


def new_export_folder(name: str) -> Path:
    """A folder that holds no finished export. Nothing is created.

    Raises:
        SearchError: If it is a file, or holds an export.
    """
    folder = output_folder(name)
    files = [ARCHITECTURE, LABELS, REPORT, PAGE, TEACHER, *(form.file for form in FORMATS.values())]
    existing = [file for file in files if (folder / file).exists()]
    # The report is written last: without it, an interrupted export continues.
    if existing and not ((folder / UNFINISHED).exists() and REPORT not in existing):
        raise SearchError(
            f"{folder} already holds an export ({', '.join(existing)}). Give another --output, or remove these files."
        )
    return folder


def write_json(path: Path, data: Any) -> None:
    """Write plain data as indented JSON."""
    write(path, json.dumps(data, indent=2) + "\n")

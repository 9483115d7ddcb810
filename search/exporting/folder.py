"""The folder that an export writes, file by file, each of them whole or not at all."""

import json
from pathlib import Path
from typing import Any

from search.cli.output_file import write
from search.devices.formats import FORMATS
from search.errors import SearchError

ARCHITECTURE, LABELS, REPORT, PAGE = "architecture.json", "labels.txt", "report.json", "report.html"
UNFINISHED = ".unfinished"
"""What an interrupted export goes on with."""


def output_folder(name: str) -> Path:
    """What --output names; nothing is made.

    Raises:
        SearchError: If it is a file.
    """
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        raise SearchError(f"--output must be a folder; {name} is a file. Give another name.")
    return folder


def free_folder(name: str) -> Path:
    """A folder that holds no export yet; nothing is made.

    Raises:
        SearchError: If it is a file, or holds one.
    """
    folder = output_folder(name)
    files = [ARCHITECTURE, LABELS, REPORT, PAGE, *(form.file for form in FORMATS.values())]
    taken = [file for file in files if (folder / file).exists()]
    # The report is written last: without it an interrupted export goes on.
    if taken and not ((folder / UNFINISHED).exists() and REPORT not in taken):
        raise SearchError(
            f"{folder} holds an export already ({', '.join(taken)}). Give another --output, or remove them."
        )
    return folder


def write_json(path: Path, data: Any) -> None:
    """Plain data, to be read by people too."""
    write(path, json.dumps(data, indent=2) + "\n")

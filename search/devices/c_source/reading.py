"""Reads an int8 network back."""

from pathlib import Path

from search.devices.c_source.syntax import array_content
from search.devices.c_source.texts import ARRAY, SOURCE


def int8_content(path: Path) -> bytes:
    """The content of an int8 file, or of the array in a folder of C."""
    if path.is_dir():
        return array_content((path / SOURCE).read_text(encoding="ascii"), ARRAY)
    return path.read_bytes()

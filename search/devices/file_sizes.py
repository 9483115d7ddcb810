"""How large a written file or folder is."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path


def sizes(path: Path) -> tuple[int, int]:
    """Bytes of a file or folder, as it is and compressed (deflate)."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as compressed:
        for file in files:
            for name, content in _contents(file):
                compressed.writestr(name, content)
    return sum(file.stat().st_size for file in files), len(archive.getvalue())


def _contents(file: Path) -> Iterator[tuple[str, bytes]]:
    """A file's content. Of an archive, such as Keras's, which is not compressed: the files in it."""
    if not zipfile.is_zipfile(file):
        yield file.name, file.read_bytes()
        return
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)

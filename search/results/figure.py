"""The front as a picture: a PNG, or an HTML page for zooming and hovering."""

import base64
from pathlib import Path

from mlflow_runs.figures import front_html, front_png
from mlflow_runs.records import StudyRecord
from search.cli import output_file
from search.errors import SearchError, UsageError
from spaces.validation import given, place


class Figure:
    """The front as a picture. A notebook shows it.

    Args:
        record: The study.
    """

    def __init__(self, record: StudyRecord) -> None:
        self._record = record
        self._options = {"objective": record.objective, "front": record.front, "knee": record.knee}
        self._options["title"] = f"Pareto front of {record.name}"

    def png(self) -> bytes:
        """As `figures.front_png` draws it."""
        return front_png(self._record.trials, **self._options)

    def html(self) -> str:
        """A page to zoom and hover in, whole without a network."""
        return front_html(self._record.trials, export=self._record.export, **self._options)

    def save(self, file: str | Path) -> None:
        """Write the picture in the format that the file's name ends in.

        Raises:
            UsageError: If the name ends neither in .png nor in .html.
            SearchError: If the file can't be written.
        """
        path = Path(file)
        formats = {".png": self.png, ".html": self.html}
        if path.suffix.lower() not in formats:
            raise UsageError(f"a figure's file must end in .png or .html; got {given(str(file))}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            output_file.write(path, formats[path.suffix.lower()]())
        except OSError as error:
            raise SearchError(f"{place(path)} can't be written ({error.strerror}). Name another file.") from None

    def to_img(self) -> str:
        """An HTML image that contains the picture."""
        data = base64.b64encode(self.png()).decode()
        return f'<img alt="Validation accuracy over FLOPs, the front marked" src="data:image/png;base64,{data}">'

    def _repr_png_(self) -> bytes:
        return self.png()

"""The figure of a front: a PNG or a page, by the name of the file."""

import pytest

from mlflow_runs.records import StudyRecord
from search.errors import SearchError, UsageError
from search.results import Figure


@pytest.fixture(scope="module")
def figure():
    record = StudyRecord(
        name="mine",
        state="FINISHED",
        settings={},
        versions={},
        trials=[],
        front=[],
        knee=None,
        progress=[],
        export="python -m search.export --trial",
    )
    return Figure(record)


def test_the_name_decides_the_format(figure, tmp_path):
    figure.save(tmp_path / "deeper" / "front.PNG")
    assert (tmp_path / "deeper" / "front.PNG").read_bytes().startswith(b"\x89PNG")
    figure.save(tmp_path / "front.html")
    assert "<html" in (tmp_path / "front.html").read_text()
    assert figure.to_img().startswith("<img ")


@pytest.mark.parametrize("name", ["front.gif", "front", "x" * 10_000])
def test_other_formats_are_refused(figure, tmp_path, name):
    with pytest.raises(UsageError, match="must end in .png or .html; got "):
        figure.save(name)


def test_a_file_that_can_not_be_written_is_one_sentence(figure):
    with pytest.raises(SearchError, match="/proc/none/front.png can't be written"):
        figure.save("/proc/none/front.png")

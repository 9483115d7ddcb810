"""The folder of an export: it holds no other export, but may hold one that was interrupted."""

import json

import pytest

from search.errors import SearchError
from search.exporting.folder import PAGE, REPORT, UNFINISHED, new_export_folder, output_folder, write_json


def test_a_new_or_empty_folder_is_accepted_and_not_created(tmp_path):
    assert new_export_folder(str(tmp_path / "new")) == tmp_path / "new"
    assert new_export_folder(str(tmp_path)) == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SearchError, match="--output must be a folder; .*file is a file"):
        output_folder(str(tmp_path / "file"))


def test_a_folder_with_an_export_is_refused(tmp_path):
    (tmp_path / "model.keras").write_text("")
    with pytest.raises(SearchError, match="already holds an export .model.keras."):
        new_export_folder(str(tmp_path))


def test_an_interrupted_export_continues_until_its_report_is_written(tmp_path):
    (tmp_path / UNFINISHED).mkdir()
    (tmp_path / PAGE).write_text("")
    assert new_export_folder(str(tmp_path)) == tmp_path
    write_json(tmp_path / REPORT, {"trials": 3})
    assert json.loads((tmp_path / REPORT).read_text()) == {"trials": 3}
    with pytest.raises(SearchError, match="already holds an export"):
        new_export_folder(str(tmp_path))

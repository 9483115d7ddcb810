"""The folder of a benchmark."""

import json
import os

import pytest

from search.benchmarking.files import benchmark_folder, write_files
from search.errors import SearchError
from tests.search.benchmarking.curves import made_benchmark


def test_table_figure_and_data_are_written_and_replaced(tmp_path):
    folder = tmp_path / "new" / "folder"
    for seeds in (2, 3):
        benchmark = made_benchmark("tpe", "random", seeds=seeds)
        paths = write_files(benchmark, folder)
    assert [path.name for path in paths] == ["hypervolume.csv", "hypervolume.png", "benchmark.json"]
    assert paths[0].read_text() == benchmark.to_csv() and paths[1].read_bytes().startswith(b"\x89PNG")
    assert json.loads(paths[2].read_text()) == benchmark.to_dict()


def test_a_folder_may_be_new_or_exist(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(benchmark_folder("new/folder")) == "new/folder" and list(tmp_path.iterdir()) == []
    assert benchmark_folder(str(tmp_path)) == tmp_path


def test_what_is_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SearchError, match="file is a file. Give another name"):
        benchmark_folder(str(tmp_path / "file"))
    with pytest.raises(SearchError, match="below the file .*file. Give another name"):
        benchmark_folder(str(tmp_path / "file" / "folder"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(SearchError, match="is not writable. Give another --output"):
        benchmark_folder(str(tmp_path / "new"))

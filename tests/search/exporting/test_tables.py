"""The result of an export as tables for the terminal."""

from dataclasses import replace

from mlflow_runs.objectives import FLOPS
from search.cli.messages import console
from search.exporting.tables import files_table, retrained_front_table, with_spread
from spaces.reference import resnet8
from tests.search.exporting.test_exported_network import exported


def printed(table, capsys):
    console().print(table)
    return capsys.readouterr().out


def test_a_file_has_its_size_accuracy_and_latency(capsys):
    text = printed(files_table(exported(resnet8(), validation=[0.5])), capsys)
    assert "model.keras" in text and "50.00" in text and "1.50" in text
    assert "ms, 1 on 2" in text


def test_a_file_has_the_same_kilobytes_as_flash(capsys):
    export = exported(resnet8(), validation=[0.5])
    file = replace(export.files[0], bytes=51_472, compressed_bytes=44_886)
    text = printed(files_table(replace(export, files=[file])), capsys)
    assert "50.3 kB" in text and "43.8 kB" in text


def test_a_front_has_a_row_for_each_network(capsys):
    text = printed(retrained_front_table([exported(resnet8(), validation=[0.5, 0.7])], FLOPS), capsys)
    assert "trial 3" in text and "60.00 ± 14.14" in text and "yes" in text
    assert "48 kB" in text and "84.7 kB" in text  # 49,152 bytes of RAM and 86,772 of flash


def test_a_spread_needs_several_seeds():
    assert with_spread({"mean": 0.5, "std": None}) == "50.00"
    assert with_spread({"mean": 0.5, "std": 0.01}) == "50.00 ± 1.00"

"""The arena to reserve: enough for the interpreter itself, and where it is missing estimated no lower."""

import pytest

from search.devices import micro
from search.devices.c_source.arena import reserved_arena


def test_the_interpreter_takes_the_file_in_the_measured_arena(file):
    runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
    arena = reserved_arena(file)
    assert arena.measured and arena.total % 16 == 0
    runtime.Interpreter.from_bytes(file, arena_size=arena.total - arena.scratch).invoke()
    # What it records is not enough for so small a network: it plans in the space of the feature maps.
    with pytest.raises(RuntimeError):
        runtime.Interpreter.from_bytes(file, arena_size=arena.tensors + arena.persistent)


def test_scratch_is_that_of_the_largest_convolution(file):
    # 3x3 of 8 channels as 16-bit numbers for two outputs; 5x5 depthwise of 16 channels for one.
    assert reserved_arena(file).scratch == max(2 * 2 * 3 * 3 * 3, 2 * 3 * 3 * 16)


def test_without_the_interpreter_the_arena_is_estimated(file, monkeypatch):
    measured = reserved_arena(file)
    monkeypatch.setattr(micro, "is_installed", lambda: False)
    estimated = reserved_arena(file)
    assert not estimated.measured
    assert estimated.tensors == 2 * 8 * 8 * 16  # The input and the output of the hard swish after the expansion.
    if measured.measured:
        assert measured.persistent <= estimated.persistent <= 2 * measured.persistent
        assert measured.tensors == estimated.tensors
        assert measured.total <= estimated.total

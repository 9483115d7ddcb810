"""The names of operators, against those of the format's own schema."""

import pytest

from search.devices.c_source.operators import METHODS, registrations


def test_every_method_registers_an_operator_of_the_schema():
    from tensorflow.lite.python import schema_py_generated as schema

    names = [name for name in vars(schema.BuiltinOperator) if not name.startswith("_")]
    known = {}
    for name in names:
        try:
            known |= registrations([name])
        except ValueError:
            continue
    assert sorted(known.values()) == sorted(f"Add{method}" for method in METHODS)


def test_methods_by_hand():
    assert registrations(["CONV_2D", "PADV2", "BATCH_MATMUL", "RELU6", "UNIDIRECTIONAL_SEQUENCE_LSTM"]) == {
        "CONV_2D": "AddConv2D",
        "PADV2": "AddPadV2",
        "BATCH_MATMUL": "AddBatchMatMul",
        "RELU6": "AddRelu6",
        "UNIDIRECTIONAL_SEQUENCE_LSTM": "AddUnidirectionalSequenceLSTM",
    }


def test_an_operator_that_is_missing_is_named():
    with pytest.raises(ValueError, match=r"^TensorFlow Lite Micro has no operator GELU and no CUSTOM$"):
        registrations(["CONV_2D", "GELU", "CUSTOM"])

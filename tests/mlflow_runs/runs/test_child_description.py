"""A child's description: the result, the epochs beside the front's, the layers."""

import pytest

from mlflow_runs.names import TAG_LENGTH
from mlflow_runs.objectives import FLOPS, LATENCY, RAM
from mlflow_runs.records import Epoch
from mlflow_runs.runs.child_description import describe

COSTS = {"flops": 2_500_000, "params_count": 1500, "ram_bytes": 21_760, "flash_bytes": 3 * 2**19}
NEEDS = "2.50 MFLOPs, 1.50 k parameters, 21.2 kB of RAM, 1.50 MB of flash"
LAYERS = [
    {"name": "conv", "kind": "Conv2D", "output_shape": "32x32x8", "multiply_adds": 221184, "parameters": 224},
    {"name": "norm", "kind": "BatchNormalization", "output_shape": "32x32x8", "multiply_adds": 0, "parameters": 32},
]


def rows(text):
    """The cells of every row of every table."""
    lines = [line for line in text.split("\n") if line.startswith("| ")]
    return [[cell.replace("&ensp;", "").strip() for cell in line.strip("|").split("|")] for line in lines]


def test_result_epochs_and_layers(trial):
    epochs = [Epoch(1, 0.25, 1.0, 0.1), Epoch(2, 0.5, 1.0, 0.1)]
    made = trial(0, accuracy=0.5, epochs=epochs, layers=LAYERS, seconds=61.4, **COSTS)
    text = describe(made, objective=FLOPS, front={2: 0.625})
    assert text.startswith(f"**50.00 %** validation accuracy at {NEEDS}, trained in 61 s.\n")
    assert rows(text) == [
        ["Epoch", "This network", "The front's", "Difference"],
        ["1", "25.00 %", "-", "-"],
        ["2", "50.00 %", "62.50 %", "-12.50"],
        ["Layer", "Kind", "Output", "Multiply-adds", "Parameters"],
        ["conv", "Conv2D", "32x32x8", "221,184", "224"],
    ]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("PRUNED", "**"),
        ("FAIL", "Failed: out of memory."),
        ("INTERRUPTED", "Interrupted: no reason is stored."),
        ("RUNNING", "Running."),
    ],
)
def test_other_ends(trial, state, expected):
    text = describe(trial(0, state=state), objective=FLOPS, front={})
    assert text.startswith(expected)
    assert "None" not in text


def test_a_stopped_network_tells_the_accuracy_at_its_rung_and_which_that_is(trial):
    """Not that of the last epoch: a training towards the next rung may have been cut short."""
    epochs = [Epoch(number, 0.1 * number, 1.0, 0.1) for number in range(1, 6)]
    made = trial(0, state="PRUNED", rungs={1: 0.1, 3: 0.3}, epochs=epochs, **COSTS)
    result = describe(made, objective=FLOPS, front={}).split("\n\n")[0]
    assert result == (
        f"**30.00 %** validation accuracy after 3 epochs, the rung at which it was stopped; {NEEDS}, trained in 56 s."
    )


def test_a_known_network_is_named(trial):
    assert "**StandardCNN**: " in describe(trial(0, known="StandardCNN"), objective=FLOPS, front={})
    assert "<b>" not in describe(trial(0, known="<b>x"), objective=FLOPS, front={})


def test_what_is_minimised_is_told_beside_the_flops(trial):
    assert " at 1.234 ms (predicted), " in describe(trial(0, cost=1.2344), objective=LATENCY, front={})
    assert describe(trial(0, cost=2**15, ram_bytes=2**15), objective=RAM, front={}).count("32 kB of RAM") == 1


def test_a_trial_of_which_little_is_known(trial):
    unknown = trial(0, state="FAIL", reason="", words="", epochs=(), layers=(), flops=None)
    text = describe(unknown, objective=FLOPS, front={})
    assert text.startswith("Failed: no reason is stored. -, ") and "|" not in text


def test_what_people_wrote_stays_text_and_passwords_go(trial):
    hostile = "<script>alert(1)</script> | [x](javascript:y) http://me:geheim@host"
    layers = [{"name": hostile, "multiply_adds": 1}]
    made = trial(0, state="FAIL", words=hostile, reason=hostile, layers=layers)
    text = describe(made, objective=FLOPS, front={})
    assert "<script" not in text and "[x](" not in text and "geheim" not in text
    assert text.count("me:") == 2 + 1


@pytest.mark.parametrize("letter", ["w", "'", "<"])
def test_within_mlflows_limit(trial, letter):
    long = letter * 9000
    layers = [{"name": long, "kind": long, "multiply_adds": 10**12} for _ in range(300)]
    epochs = [Epoch(n, 0.5, 1.0, 0.1) for n in range(1, 1001)]
    made = trial(0, state="PRUNED", words=long, reason=long, layers=layers, epochs=epochs)
    text = describe(made, objective=FLOPS, front=dict.fromkeys(range(1, 1001), 0.25))
    assert len(text) <= TAG_LENGTH
    assert text.endswith("more are in `layers.csv`.")
    assert rows(text)[40][0] == "1000"  # the last epoch is among the forty

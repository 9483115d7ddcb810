"""The progress of final trainings: lines in a file, a bar on a terminal."""

import io
from dataclasses import replace

import pytest
from rich.console import Console
from rich.text import Text

from search.exporting.final_training import FinalTraining
from search.exporting.progress import TrainingProgress
from search.training.recipe import NOTEBOOK
from search.workers.messages import EpochDone
from spaces.reference import resnet8

TRAINING = FinalTraining("trial 3", resnet8(), NOTEBOOK, 3, 0)


def shown(*, terminal, training=TRAINING, done=0):
    epochs = training.total_epochs
    console = Console(file=io.StringIO(), width=150, force_terminal=terminal, highlight=False)
    with TrainingProgress(console, epochs=epochs, done=done) as progress:
        for number in range(done + 1, epochs + 1):
            progress.show(training, EpochDone(0, (number, 0.1 * number, 1.5, 0.1, 2.0, 100.0, 1.0, 0.5)))
    return console.file.getvalue()


@pytest.mark.parametrize("done", [0, 60])
def test_a_file_gets_a_few_lines_of_a_long_training(done):
    lines = shown(terminal=False, training=replace(TRAINING, epochs=120), done=done).splitlines()
    numbers = [int(line.partition("epoch")[2].partition("/")[0]) for line in lines]
    assert numbers == list(range(done + 12, 121, 12))


def test_a_file_gets_each_epoch_of_a_short_training():
    lines = shown(terminal=False).splitlines()
    assert [line.split(":")[0] for line in lines] == ["trial 3, seed 0"] * 3
    assert lines[-1].startswith("trial 3, seed 0: epoch   3/3  validation  30.0 %  loss 1.500")


def test_a_terminal_keeps_the_last_epoch_alone():
    output = shown(terminal=True, training=replace(TRAINING, epochs=120))
    kept = [line for line in Text.from_ansi(output).plain.splitlines() if "images/s" in line and "━" not in line]
    assert len(kept) == 1 and "epoch 120/120" in kept[0]

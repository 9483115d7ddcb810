"""The progress of final trainings: lines in a file, a bar on a terminal."""

import io

from rich.console import Console

from search.exporting.final_training import FinalTraining
from search.exporting.progress import TrainingProgress
from search.training.recipe import NOTEBOOK
from search.workers.messages import EpochDone
from spaces.reference import resnet8

TRAINING = FinalTraining("trial 3", resnet8(), NOTEBOOK, 3, 0)


def shown(*, terminal):
    console = Console(file=io.StringIO(), width=150, force_terminal=terminal, highlight=False)
    with TrainingProgress(console, epochs=3, done=0) as progress:
        for number in (1, 2, 3):
            progress.show(TRAINING, EpochDone(0, (number, 0.1 * number, 1.5, 0.1, 2.0, 100.0, 1.0, 0.5)))
    return console.file.getvalue()


def test_a_file_gets_a_line_for_each_epoch():
    lines = shown(terminal=False).splitlines()
    assert [line.split(":")[0] for line in lines] == ["trial 3, seed 0"] * 3
    assert lines[-1].startswith("trial 3, seed 0: epoch   3/3  validation  30.0 %  loss 1.500")


def test_a_terminal_keeps_the_last_epoch_alone():
    assert shown(terminal=True).count("epoch   3/3") >= 1

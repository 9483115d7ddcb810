"""A study that an earlier version began is continued as that version would have continued it.

`study-0.1.sql` is a database that version 0.1 wrote: a study that was started from another one, and whose process was
killed while it trained. `study-0.1.json` is how version 0.1 itself went on from there.
"""

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from search.cli.storage import open_storage
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from tests.toy_space import ToySpace, fake_accuracy

HERE = Path(__file__).parent
SETTINGS = {"space": "toy", "epochs": 9, "rungs": [1, 3, 9]}


def database_of(sql, folder):
    """The database that the statements describe; its processes are gone ones of this machine."""
    text = sql.read_text(encoding="utf-8").replace("nobody:0:", f"{socket.gethostname()}:0:")
    file = folder / "search.db"
    connection = sqlite3.connect(file)
    connection.executescript(text)
    connection.close()
    return f"sqlite:///{file}"


def test_a_study_of_version_0_1_goes_on_with_the_same_trainings(tmp_path):
    storage = open_storage(database_of(HERE / "study-0.1.sql", tmp_path))
    problem = Problem(ToySpace(tuple(range(8, 72, 8))), Ladder((1, 3, 9)))
    study = open_study("toy", problem, storage=storage, sampler="known-cost", seed=0, settings=SETTINGS)
    trainings = []
    while (proposal := study.ask(20) or study.ask_to_finish()) is not None:
        milestones = list(proposal.milestones)
        widths = list(proposal.architecture.widths)
        trainings.append([proposal.number, widths, proposal.seed, milestones, proposal.resume_from])
        accuracy = fake_accuracy(proposal.architecture)
        for epoch in range(proposal.resume_from + 1, milestones[-1] + 1):
            study.record_epoch(proposal.number, (epoch, accuracy * (0.6 + 0.04 * epoch), 1.0, 0.1, 1.0, 100.0))
        study.record_rung(
            proposal.number, accuracy=accuracy * (0.6 + 0.04 * milestones[-1]), seconds=float(milestones[-1])
        )
    expected = json.loads((HERE / "study-0.1.json").read_text(encoding="utf-8"))
    assert trainings == expected["proposals"]
    assert study.hypervolume() == pytest.approx(expected["hypervolume"], abs=1e-12)

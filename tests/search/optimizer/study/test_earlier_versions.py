"""A study that an earlier version began is continued: its results count, and no network is trained again.

`study-0.1.sql` is a database that version 0.1 wrote: a study that was started from another one, and whose process was
killed while it trained.
"""

import socket
import sqlite3
from pathlib import Path

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


def test_a_study_of_version_0_1_goes_on(tmp_path):
    storage = open_storage(database_of(HERE / "study-0.1.sql", tmp_path))
    problem = Problem(ToySpace(tuple(range(8, 72, 8))), Ladder((1, 3, 9)))
    study = open_study("toy", problem, storage=storage, sampler="known-cost", seed=0, settings=SETTINGS)
    before = {trial.number: dict(trial.user_attrs) for trial in study.complete_trials()}
    trained = {tuple(trial.params.values()) for trial in study.complete_trials()}
    first, new = study.hypervolume(), []
    while (proposal := study.ask(20) or study.ask_to_finish()) is not None:
        milestones, widths = list(proposal.milestones), proposal.architecture.widths
        if proposal.resume_from == 0:
            new.append(widths)
        accuracy = fake_accuracy(proposal.architecture)
        for epoch in range(proposal.resume_from + 1, milestones[-1] + 1):
            study.record_epoch(proposal.number, (epoch, accuracy * (0.6 + 0.04 * epoch), 1.0, 0.1, 1.0, 100.0))
        study.record_rung(
            proposal.number, accuracy=accuracy * (0.6 + 0.04 * milestones[-1]), seconds=float(milestones[-1])
        )
    assert study.trained_so_far() == 20
    assert len(set(new)) == len(new) > 0 and not trained & set(new)
    assert study.hypervolume() >= first
    assert {number: dict(study.trials()[number].user_attrs) for number in before} == before

"""The share of training, of a study that is recorded as a search records it."""

from dataclasses import astuple

import pytest

from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.training.trainer import EpochResult
from tests.benchmarks.training_share import measure
from tests.toy_space import ToySpace


def test_shares_by_hand(tmp_path):
    problem = Problem(ToySpace(), Ladder((1,)), bounds=Bounds(0.5, 2_400, 19_200))
    storage = f"sqlite:///{tmp_path}/search.db"
    study = open_study("toy", problem, storage=storage, sampler="random", seed=0, settings={})
    for seconds in (2.0, 3.0):
        proposal = study.ask()
        epoch = EpochResult(1, 0.5, 1.0, 0.1, seconds, 100.0, validation_loss=1.0, training_accuracy=0.5)
        study.record_epoch(proposal.number, astuple(epoch))
        study.record_rung(proposal.number, accuracy=0.5, seconds=seconds + 1)
    shares = measure(tmp_path, wall_seconds=10, workers=2)
    assert shares["training"] == pytest.approx(5 / 20)
    assert shares["building and compiling"] == pytest.approx(2 / 20)
    assert shares["all else"] == pytest.approx(13 / 20)
    assert (shares["epochs"], shares["trials"]) == (2, 2)

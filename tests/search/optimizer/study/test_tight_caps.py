"""Searches under caps that hardly any random network meets."""

import numpy as np
import optuna
import pytest

from search.optimizer.networks.caps import Caps
from search.optimizer.networks.objective import FLASH, FLOPS, RAM
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.status import counts
from spaces.hybrid import HybridSpace

GREY = HybridSpace(input_shape=(48, 48, 1), classes=4), Caps(flops=2e6, ram_bytes=2**15, flash_bytes=2**16)
COLOUR = HybridSpace(), Caps(flops=25e6, ram_bytes=2**16, flash_bytes=2**17)
TRIALS = 12


def searched(space, caps, objective, *, trials, sampler="known-cost"):
    """A study whose accuracies follow from the costs."""
    problem, storage = Problem(space, Ladder((1,)), caps, objective), optuna.storages.InMemoryStorage()
    study = open_study("tight", problem, storage=storage, sampler=sampler, seed=0, settings={})
    while (proposal := study.ask(trials)) is not None or study.trained_so_far() < trials:
        if proposal is not None:
            cost = proposal.architecture.cost()
            accuracy = 1 - 1 / np.log(cost.multiply_adds + 30 * cost.parameters)
            study.record_epoch(proposal.number, (1, accuracy, 1.0, 0.1, 1.0, 100.0))
            study.record_rung(proposal.number, accuracy=accuracy, seconds=1.0)
    return study


@pytest.mark.parametrize(
    ("space", "caps", "objective"), [(*COLOUR, FLOPS), (*GREY, RAM), (*GREY, FLASH)], ids=["colour", "ram", "flash"]
)
def test_a_search_trains_different_networks_within_the_caps(space, caps, objective):
    study = searched(space, caps, objective, trials=TRIALS)
    trained = study.trained()
    assert len({trial.user_attrs[attr.KEY] for trial in trained}) == len(trained) == TRIALS
    for trial in trained:
        stored = trial.user_attrs
        assert 2 * stored[attr.MACS] <= caps.flops
        assert stored[attr.RAM_BYTES] <= caps.ram_bytes and stored[attr.FLASH_BYTES] <= caps.flash_bytes
        assert all(excess <= 0 for excess in trial.constraints.values())
    stored_as = {FLOPS: attr.MACS, RAM: attr.RAM_BYTES, FLASH: attr.FLASH_BYTES}[objective]
    costs = [trial.user_attrs[stored_as] for trial in trained]
    assert max(costs) > 3 * min(costs)
    assert [trial.values[1] for trial in trained] == [objective.value_per_cost * cost for cost in costs]
    for trial in study.trials():
        if not counts(trial):
            assert trial.user_attrs[attr.REASON].startswith("outside the caps: ")
            assert attr.ARCHITECTURE not in trial.user_attrs

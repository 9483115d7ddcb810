"""A user's module with a sampler, and a search with it over the made-up space."""

import optuna

from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from tests.toy_space import ToySpace, fake_accuracy

HEADER = """
import numpy as np
import optuna
from optuna.samplers import *
from optuna.trial import TrialState as STATE

"""
WIDTHS = (8, 16, 32, 64)


def class_with(method, base="RandomSampler"):
    return f"class Mine({base}):\n    def {method}\n"


def toy_problem(widths=WIDTHS, **options):
    return Problem(ToySpace(widths), Ladder((3,)), **options)


def toy_study(sampler, *, storage=None, seed=0, **options):
    storage = storage or optuna.storages.InMemoryStorage()
    return open_study("toy", toy_problem(**options), storage=storage, sampler=sampler, seed=seed, settings={})


def train(study, total):
    """Widths of the networks that are handed out until the study has its total."""
    widths = []
    while (proposal := study.ask(total)) is not None:
        study.record_rung(proposal.number, accuracy=fake_accuracy(proposal.architecture), seconds=1.0)
        widths.append(proposal.architecture.widths)
    return widths

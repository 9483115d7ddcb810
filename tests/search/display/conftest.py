"""Optuna's chatter would fill what a failing test shows."""

import optuna
import pytest


@pytest.fixture(autouse=True, scope="session")
def quiet():
    optuna.logging.set_verbosity(optuna.logging.WARNING)

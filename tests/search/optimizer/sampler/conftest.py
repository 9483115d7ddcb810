"""Fixtures for samplers that a user names."""

import sys

import optuna
import pytest

from tests.search.optimizer.sampler.users_sampler import HEADER


@pytest.fixture
def named(tmp_path, monkeypatch):
    """Writes a user's module into the current directory, and gives the name of the `Mine` in it."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)

    def write(source):
        (tmp_path / "users_own.py").write_text(HEADER + source)
        return "users_own:Mine"

    yield write
    sys.modules.pop("users_own", None)


@pytest.fixture
def quiet():
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    yield
    optuna.logging.set_verbosity(before)

"""A search with a user's own sampler: in the storage, in MLflow, in search.front, and when it fails in the middle."""

import json

import pytest
from mlflow import MlflowClient

from tests.search.conftest import QUICK

SAMPLERS = """
from optuna.samplers import RandomSampler


class Simple(RandomSampler):
    '''Standard convolutions alone, as far as there is a choice.'''

    def sample_independent(self, study, trial, name, distribution):
        return getattr(distribution, "choices", [distribution.low if hasattr(distribution, "low") else None])[0]


class Broken(RandomSampler):
    def sample_independent(self, study, trial, name, distribution):
        if study.study_name == "digits-hybrid":
            raise RuntimeError("the licence has ended")
        return super().sample_independent(study, trial, name, distribution)
"""


@pytest.mark.long
def test_a_users_sampler_searches_and_is_shown(command, tmp_path):
    (tmp_path / "my_samplers.py").write_text(SAMPLERS)
    flags = [*QUICK, "--workers", "1"]
    done = command("search.run", *flags, "--trials", "7", "--sampler", "my_samplers:Simple", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = command("search.front", folder=tmp_path)
    assert shown.stdout.endswith("Sampler: my_samplers:Simple.\n")
    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    [experiment] = [found for found in client.search_experiments() if found.name != "Default"]
    [parent] = client.search_runs([experiment.experiment_id], "params.sampler != ''")
    assert parent.data.params["sampler"] == "my_samplers:Simple"

    broken = command("search.run", *flags, "--trials", "30", "--sampler", "my_samplers:Broken", folder=tmp_path)
    assert broken.returncode == 1
    assert broken.stderr.startswith("error: the sampler my_samplers:Broken can't propose a network")
    assert "RuntimeError: the licence has ended" in broken.stderr and "Traceback" not in broken.stderr

    command("search.run", *flags, "--trials", "8", folder=tmp_path)
    result = json.loads(command("search.front", "--json", folder=tmp_path).stdout)
    assert (result["trials"]["complete"], result["trials"]["failed"]) == (8, 1)
    assert result["sampler"] == "known-cost"

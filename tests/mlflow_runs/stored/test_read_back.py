"""Studies that the mirror wrote into a real store, read back."""

import dataclasses
import random

import pytest

from mlflow_runs.mirror import Mirror
from mlflow_runs.objectives import FLOPS, LATENCY
from mlflow_runs.records import Progress
from mlflow_runs.stored import read_back

START_MS = 1_790_000_000_000
NAMES = ["plain", "<script>alert(1)</script>", 'it\'s "q" `id` $x^2$ [b]', "fox 🦊 中文", "a/b: c\\d", "x" * 200]


@pytest.fixture
def read(uri, reader):
    """Writes studies into the experiment `search`, and reads the first of them back."""

    def read(*studies):
        for study in studies:
            Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9).update(study)
        experiment = read_back.known_experiment_id(reader.client, "search")
        parent = read_back.parent_run(reader.client, studies[0].name, experiment=experiment)
        return read_back.read(reader.client, parent)

    return read


@pytest.mark.parametrize("name", NAMES)
def test_a_study_is_read_back_as_it_was_written(name, read, study, trial):
    made, another = (
        study([trial(n, rng=random.Random(f"{each} {n}")) for n in range(6)], name=each) for each in (name, "another")
    )
    stored = read(made, another)
    trials = {trial.number: trial for trial in made.trials}
    assert (stored.name, stored.trials, stored.objective) == (name, len(trials), FLOPS)
    assert stored.settings == {key: str(value) for key, value in made.settings.items()}
    assert [trial.number for trial in stored.front] == made.front
    costs = ("cost", "flops", "macs", "params_count", "ram_bytes", "flash_bytes")
    fields = ("state", "accuracy", *costs, "words", "key")
    for trial in stored.front:
        assert [getattr(trial, name) for name in fields] == [getattr(trials[trial.number], name) for name in fields]
        assert trial.ended_ms == trials[trial.number].ended_ms
    assert [point.hypervolume for point in stored.hypervolumes] == [step.hypervolume for step in made.progress]
    assert [point.trials for point in stored.hypervolumes] == [1, 2, 3, 4, 5, 6]
    assert stored.hypervolume == made.progress[-1].hypervolume


def test_hypervolumes_follow_the_ends_of_trials_and_count_every_one_that_ended(read, study, trial):
    """Trial 1 outlasts trials 2 and 3, of which 2 is stopped at a rung. Trial 4 still runs."""
    trials = [
        trial(0, ended_ms=START_MS + 100_000),
        trial(1, ended_ms=START_MS + 900_000),
        trial(2, state="PRUNED", ended_ms=START_MS + 300_000),
        trial(3, ended_ms=START_MS + 400_000),
        trial(4, state="RUNNING"),
    ]
    progress = [Progress(0, 1, 0.1, 1), Progress(3, 3, 0.2, 1), Progress(1, 4, 0.3, 2)]
    stored = read(dataclasses.replace(study(trials), progress=progress))
    assert stored.hypervolumes == tuple(read_back.HypervolumePoint(*pair) for pair in [(1, 0.1), (3, 0.2), (4, 0.3)])
    assert stored.trials == 4


def test_the_last_settings_of_a_continued_search(read, study, trial):
    first, continued = (study([trial(0)], settings={"space": "hybrid", "max_flops": cap}) for cap in (25e6, 5e6))
    assert read(first, continued).settings == {"space": "hybrid", "max_flops": "5000000.0"}


def test_a_study_of_latencies(read, study, trial):
    made = study([trial(n, cost=5.0 - n) for n in range(4)], objective=LATENCY)
    stored = read(made)
    assert stored.objective == LATENCY
    assert [trial.cost for trial in stored.front] == [made.trials[number].cost for number in made.front]

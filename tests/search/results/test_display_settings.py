"""What readers of a study are shown: stored without passwords, and reconstructed for older studies."""

from dataclasses import asdict

import optuna
import pytest

from search.optimizer.pareto import Bounds
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr
from search.results import DisplaySettings, display_settings_of
from search.results.record import StudyRecorder


@pytest.fixture
def study():
    made = optuna.create_study(
        storage=optuna.storages.InMemoryStorage(), study_name="made", directions=["maximize", "minimize"]
    )
    made.set_user_attr(attr.BOUNDS, asdict(Bounds(0.9, 1e3, 1e7)))
    made.set_user_attr(attr.SETTINGS, {"space": "hybrid", "recipe": {"name": "one-cycle", "batch": 128}, "epochs": 3})
    return StoredStudy(made)


def test_what_is_stored_contains_no_password(study):
    settings = {"space": "hybrid", "max_flops": 6e6, "max_params": None, "dataset": "at http://me:geheim@host"}
    export = "python -m search.export --storage postgresql://me:geheim@host/db --trial"
    DisplaySettings(settings, export=export, trials=30).store(study.optuna_study)
    assert "geheim" not in str(study.optuna_study.user_attrs)
    record = StudyRecorder(study).record(state="FINISHED")
    assert record.settings == settings | {"dataset": "at http://me:***@host"}
    assert record.export == export.replace("geheim", "***")
    assert display_settings_of(study).trials == 30


@pytest.mark.parametrize(
    ("command", "trials"),
    [("python -m search.run --trials 40 --seed 1", 40), ("python -m search.run --trials=7", 7), ("", None)],
)
def test_an_older_study_is_shown_with_what_else_it_stores(study, command, trials):
    study.optuna_study.set_user_attr(attr.COMMAND, command)
    shown = display_settings_of(study)
    assert shown.settings == {"space": "hybrid", "epochs": 3, "recipe": "one-cycle"}
    assert (shown.export, shown.trials) == ("", trials)

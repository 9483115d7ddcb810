"""What readers of a study are shown besides its trials. It is stored with the study: readers need no options."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import optuna

from mlflow_runs.safe_text import redacted
from search.cli.shell_command import without_passwords
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr

_TRIALS_IN_COMMAND = re.compile(r"--trials[ =](\d+)\b")
_SHOWN_OF_OLD_STUDIES = ("space", "dataset", "image_size", "train_limit", "seed", "epochs")


@dataclass(frozen=True)
class DisplaySettings:
    """What a person asked for when the study was last searched.

    Attributes:
        settings: Values by the name of the setting.
        export: The command that exports a trial's network, without the trial's number; empty if it is not known.
        trials: Number of networks to train in all; None if it is not known.
        location: The fields of the `StudyLocation` that was typed, but for the storage; empty if it is not known.
        folder: The folder in which it was typed.
    """

    settings: Mapping[str, Any]
    export: str = ""
    trials: int | None = None
    location: Mapping[str, Any] = field(default_factory=dict)
    folder: str = ""

    def store(self, study: optuna.Study) -> None:
        """Store it with the study, without passwords."""
        settings = {name: redacted(value) if isinstance(value, str) else value for name, value in self.settings.items()}
        shown = asdict(self) | {"settings": settings, "export": without_passwords(self.export)}
        study.set_user_attr(attr.DISPLAY_SETTINGS, shown)


def display_settings_of(study: StoredStudy) -> DisplaySettings:
    """The display settings of a study. For a study that stores none yet, they are made from what else it stores."""
    stored = study.optuna_study.user_attrs.get(attr.DISPLAY_SETTINGS)
    return DisplaySettings(**stored) if stored else _reconstructed(study)


def _reconstructed(study: StoredStudy) -> DisplaySettings:
    settings = {name: study.settings[name] for name in _SHOWN_OF_OLD_STUDIES if name in study.settings}
    if "name" in (recipe := study.settings.get("recipe", {})):
        settings["recipe"] = recipe["name"]
    trials = _TRIALS_IN_COMMAND.search(study.command)
    return DisplaySettings(settings, trials=int(trials[1]) if trials else None)

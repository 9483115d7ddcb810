"""What readers of a study are told besides its trials, kept with the study: whoever mirrors it needs no flags."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import optuna

from mlflow_runs.safe_text import redacted
from search.optimizer.study.stored_study import StoredStudy
from search.optimizer.trials import attributes as attr

_TRIALS_ASKED_FOR = re.compile(r"--trials[ =](\d+)\b")
_ALSO_COMPARABLE = ("space", "dataset", "image_size", "train_limit", "seed", "epochs")


@dataclass(frozen=True)
class DisplaySettings:
    """What a person asked for when the study was last searched.

    Attributes:
        settings: What was chosen, by flag.
        export: The command that takes a trial's network home, up to the trial's number; empty if it is not known.
        trials: How many networks there are to be in all; None if it is not known.
    """

    settings: Mapping[str, Any]
    export: str = ""
    trials: int | None = None

    def keep(self, study: optuna.Study) -> None:
        """Store it with the study, without passwords."""
        settings = {name: redacted(value) if isinstance(value, str) else value for name, value in self.settings.items()}
        study.set_user_attr(
            attr.DISPLAY_SETTINGS, {**asdict(self), "settings": settings, "export": redacted(self.export)}
        )


def display_settings_of(study: StoredStudy) -> DisplaySettings:
    """What is stored with a study; of one that was last searched before it was stored, what else tells of it."""
    stored = study.optuna_study.user_attrs.get(attr.DISPLAY_SETTINGS)
    return DisplaySettings(**stored) if stored else _guessed(study)


def _guessed(study: StoredStudy) -> DisplaySettings:
    settings = {name: study.settings[name] for name in _ALSO_COMPARABLE if name in study.settings}
    if "name" in (recipe := study.settings.get("recipe", {})):
        settings["recipe"] = recipe["name"]
    asked = _TRIALS_ASKED_FOR.search(study.command)
    return DisplaySettings(settings, trials=int(asked[1]) if asked else None)

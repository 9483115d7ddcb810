"""Notes on a study and its trials that optuna-dashboard shows, in Markdown.

It reads them from system attributes of the study, whose names are its own (it worked with 0.21); nothing else does, so
where they change the notes are lost and no more.
"""

from collections.abc import Mapping

import optuna

from mlflow_runs.quantities import amount, percent
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs.parent_description import headline
from search.quantities import counted

LONGEST_PART = 2045  # characters of an attribute


class DashboardNotes:
    """Writes the notes of one study; what is written already is left alone.

    Args:
        study: Optuna's.
    """

    def __init__(self, study: optuna.Study) -> None:
        self._study = study
        self._ids = {trial.number: trial._trial_id for trial in study.get_trials(deepcopy=False)}
        self._noted: set[int] = set()  # trials whose note is as it will stay
        self._written: dict[str, str] = dict(study._storage.get_study_system_attrs(study._study_id))

    def update(self, record: StudyRecord) -> None:
        """Bring the notes up to date with the study."""
        self._write("dashboard:", of_study(record))
        ended = [trial for trial in record.trials if trial.state != "RUNNING" and trial.number not in self._noted]
        if any(trial.number not in self._ids for trial in ended):
            self._ids = {trial.number: trial._trial_id for trial in self._study.get_trials(deepcopy=False)}
        for trial in ended:
            self._write(f"dashboard:{self._ids[trial.number]}:", of_trial(trial))
            self._noted.add(trial.number)

    def _write(self, prefix: str, text: str) -> None:
        parts = [text[start : start + LONGEST_PART] for start in range(0, len(text), LONGEST_PART)]
        wanted = {f"{prefix}note_str:{place}": part for place, part in enumerate(parts)}
        self._set({name: part for name, part in wanted.items() if self._written.get(name) != part})

    def _set(self, attributes: Mapping[str, str]) -> None:
        storage, study = self._study._storage, self._study._study_id
        for name, value in attributes.items():
            storage.set_study_system_attr(study, name, value)
            version = f"{name.partition('note_str')[0]}note_ver"
            self._written[version] = self._written.get(version, 0) + 1
            storage.set_study_system_attr(study, version, self._written[version])
        self._written |= attributes


def of_study(record: StudyRecord) -> str:
    """A study in a few lines."""
    settings = record.settings
    chosen = (
        f"Space {settings['space']} on {settings['dataset']}, recipe {settings['recipe']}, up to "
        f"{amount(settings['max_flops'], unit='FLOPs')}"
    )
    result = headline(record) or "No network on the front yet."
    take = f"\n\nTo take the network of a trial home:\n\n    {record.export} NUMBER" if record.export else ""
    return f"{result}\n\n{chosen}.{take}"


def of_trial(trial: TrialRecord) -> str:
    """A trial in a few lines."""
    costs = f"{amount(trial.flops, unit='FLOPs')}, {amount(trial.params_count)} parameters"
    rungs = (
        f"{percent(trial.accuracy)} after {counted(trial.epochs[-1].number, 'epoch')}"
        if trial.accuracy is not None
        else ""
    )
    return f"`{trial.words}`\n\n{costs}\n\n{rungs or trial.reason}"

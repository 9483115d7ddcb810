"""Notes on a study and its trials that optuna-dashboard shows, in Markdown.

optuna-dashboard reads them from system attributes of the study, under names of its own (as of version 0.21). No
other program reads them: if the names change, only the notes are lost.
"""

from collections.abc import Mapping

import optuna

from mlflow_runs.network_costs import network_costs
from mlflow_runs.quantities import amount, percent
from mlflow_runs.records import StudyRecord, TrialRecord
from mlflow_runs.runs.parent_description import headline
from mlflow_runs.safe_text import markdown
from search.optimizer.trials.optuna_storage import get_study_system_attrs, set_study_system_attr, trial_id
from search.quantities import counted

LONGEST_PART = 2045  # characters in one attribute


class DashboardNotes:
    """Writes the notes of one study. Notes that are up to date are not written again.

    Args:
        study: The Optuna study.
    """

    def __init__(self, study: optuna.Study) -> None:
        self._study = study
        self._ids = {trial.number: trial_id(trial) for trial in study.get_trials(deepcopy=False)}
        self._final: set[int] = set()  # numbers of the trials whose note will not change any more
        self._written: dict[str, str] = get_study_system_attrs(study)

    def update(self, record: StudyRecord) -> None:
        """Bring the notes up to date with the study."""
        self._write("dashboard:", study_note(record))
        ended = [trial for trial in record.trials if trial.state != "RUNNING" and trial.number not in self._final]
        if any(trial.number not in self._ids for trial in ended):
            self._ids = {trial.number: trial_id(trial) for trial in self._study.get_trials(deepcopy=False)}
        for trial in ended:
            self._write(f"dashboard:{self._ids[trial.number]}:", trial_note(trial))
            self._final.add(trial.number)

    def _write(self, prefix: str, text: str) -> None:
        parts = [text[start : start + LONGEST_PART] for start in range(0, len(text), LONGEST_PART)]
        attributes = {f"{prefix}note_str:{index}": part for index, part in enumerate(parts)}
        self._set({name: part for name, part in attributes.items() if self._written.get(name) != part})

    def _set(self, attributes: Mapping[str, str]) -> None:
        for name, value in attributes.items():
            set_study_system_attr(self._study, name, value)
            version = f"{name.partition('note_str')[0]}note_ver"
            self._written[version] = self._written.get(version, 0) + 1
            set_study_system_attr(self._study, version, self._written[version])
        self._written |= attributes


def study_note(record: StudyRecord) -> str:
    """A study in a few lines of Markdown."""
    settings = record.settings
    task = (
        f"Space {markdown(settings['space'])} on {markdown(settings['dataset'])}, recipe {settings['recipe']}, up to "
        f"{amount(settings['max_flops'], unit='FLOPs')}"
    )
    result = headline(record) or "No network on the front yet."
    export = f"\n\nTo export the network of a trial:\n\n    {record.export} NUMBER" if record.export else ""
    return f"{result}\n\n{task}.{export}"


def trial_note(trial: TrialRecord) -> str:
    """A trial in a few lines of Markdown."""
    accuracy = (
        f"{percent(trial.accuracy)} after {counted(trial.epochs[-1].number, 'epoch')}"
        if trial.accuracy is not None
        else ""
    )
    return f"{markdown(trial.words)}\n\n{network_costs(trial)}\n\n{accuracy or markdown(trial.reason)}"

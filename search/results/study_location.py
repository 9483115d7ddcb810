"""Where a study is kept, for readers that know its storage alone."""

import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from mlflow_runs.safe_text import redacted
from mlflow_runs.stored.sqlite_url import sqlite_path, sqlite_url
from search.cli.location import StudyLocation
from search.optimizer.study.stored_study import StoredStudy
from search.results.display_settings import display_settings_of
from search.training.datasets import BUILT_IN


def typed_location(location: StudyLocation) -> dict[str, Any]:
    """What `DisplaySettings` stores of a location that was typed in the current folder, without passwords."""
    texts = {name: value for name, value in asdict(location).items() if name != "storage"}
    tracking_uri = texts["tracking_uri"]
    if sqlite_path(tracking_uri) is None:
        texts["tracking_uri"] = redacted(tracking_uri)
    return {"location": texts, "folder": os.getcwd()}


def location_of(study: StoredStudy, *, storage: str) -> StudyLocation:
    """The location that a person would type now, in the current folder.

    What was typed in another folder is used as it is where it exists here, as in a project that was moved. Otherwise
    it leads to that other folder.

    Args:
        study: The study.
        storage: URL of its storage.
    """
    shown = display_settings_of(study)
    known = {field.name for field in fields(StudyLocation)} - {"storage"}
    typed = {name: value for name, value in shown.location.items() if name in known}
    if not typed:  # Studies of earlier versions store the data set alone.
        dataset = shown.settings.get("dataset")
        typed = {"dataset": dataset} if dataset not in BUILT_IN else {}
    for name in ("dataset", "data_dir"):
        if typed.get(name) is not None:
            typed[name] = str(_from_here(Path(typed[name]), shown.folder))
    store = sqlite_path(typed.get("tracking_uri", ""))
    if store is not None and not store.is_absolute() and _from_here(store, shown.folder) != store:
        typed["tracking_uri"] = sqlite_url(_from_here(store, shown.folder))
    return StudyLocation(storage=storage, **typed)


def _from_here(path: Path, folder: str) -> Path:
    there = Path(folder) / path
    return there if not path.expanduser().exists() and there.exists() else path

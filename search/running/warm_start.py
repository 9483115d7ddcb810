"""The earlier study that a new one is started from, where a person has named one."""

import optuna

from search.cli.search_config import SearchConfig
from search.cli.storage import storage_errors, stored_study
from search.errors import SearchError, UsageError
from search.optimizer.sampler.warm_start import WarmStart, transferred
from search.optimizer.trials import attributes as attr


def warm_start_of(config: SearchConfig, *, study: str, storage, space) -> WarmStart | None:
    """What is transferred from an earlier study to a new one.

    Args:
        config: Names the earlier study.
        study: Name of the study to be searched.
        storage: Its Optuna storage.
        space: Its space.
    Returns:
        None without an earlier study, and for a study that exists: what was transferred is stored with it.
    Raises:
        SearchError: If the study can't be started from the one that was named.
    """
    if config.start_from is None:
        return None
    source = config.start_storage or config.storage
    if config.start_from == study and source == config.storage:
        raise UsageError(
            f"a study can't start from itself. Give the new study another name than {study!r} with --study"
        )
    if not _exists(storage, study):
        with storage_errors(source):
            earlier = stored_study(source, config.start_from)
            return transferred(earlier.name, earlier.trials(), earlier.front(), space)
    _check_unchanged(config.start_from, storage, study)
    return None


def _exists(storage, study: str) -> bool:
    """Whether a study was created to its end."""
    return study in optuna.get_all_study_names(storage) and attr.SETTINGS in _attributes(storage, study)


def _attributes(storage, study: str) -> dict:
    return optuna.load_study(study_name=study, storage=storage).user_attrs


def _check_unchanged(start_from: str, storage, study: str) -> None:
    stored = _attributes(storage, study).get(attr.WARM_START, {}).get("study")
    if stored != start_from:
        origin = f"started from {stored!r}" if stored else "started from nothing"
        raise SearchError(
            f"study {study!r} exists and was {origin}; got --start-from {start_from}. "
            "Leave --start-from out to continue it, or give a new study another name with --study."
        )

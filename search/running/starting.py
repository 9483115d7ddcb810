"""What a new study is started from, where a person has named an earlier one."""

from search.cli.storage import one_sentence, stored_study
from search.errors import SearchError, UsageError
from search.optimizer.sampler.warm_start import WarmStart, transferred
from search.optimizer.trials import attributes as attr


def earlier_of(options, *, name: str, storage, space) -> WarmStart | None:
    """What is taken over of the study that was named; None without one, and for a study that exists and has kept it.

    Args:
        options: What `search.run` parsed.
        name: Of the study to be searched.
        storage: Optuna's, of that study.
        space: Of that study.
    Raises:
        SearchError: If it can't be started so.
    """
    if options.start_from is None:
        return None
    where = options.start_storage or options.storage
    if options.start_from == name and where == options.storage:
        raise UsageError(f"a study can't start from itself; give the new one another name than {name!r} with --study")
    made, kept = _kept(storage, name)
    if not made:
        with one_sentence(where):
            source = stored_study(where, options.start_from)
            return transferred(source.name, source.trials(), source.front(), space)
    if kept != options.start_from:
        begun = f"started from {kept!r}" if kept else "started from nothing"
        raise SearchError(
            f"study {name!r} exists and was {begun}; got --start-from {options.start_from}. "
            "Leave it out to continue, or give a new study another name with --study."
        )
    return None


def _kept(storage, name: str) -> tuple[bool, str | None]:
    """Whether a study was made, and what it was started from."""
    import optuna

    if name not in optuna.get_all_study_names(storage):
        return False, None
    stored = optuna.load_study(study_name=name, storage=storage).user_attrs
    return attr.SETTINGS in stored, stored.get(attr.WARM_START, {}).get("study")

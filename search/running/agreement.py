"""What is searched, in agreement with the study that is continued."""

from dataclasses import replace

from optuna.storages import BaseStorage

from search.cli.search_config import SearchConfig
from search.running.differences import refuse_difference, stored_settings
from search.running.flip_choice import FlipChoice, known_choice
from search.running.search_task import SearchTask, study_settings, with_stored_epochs
from spaces.hypermodel_source import short_name


def study_name(config: SearchConfig, task: SearchTask) -> str:
    """The name that a person has given, or one of data set and space."""
    return config.study or f"{task.dataset.name}-{short_name(config.space)}"


def in_agreement(
    config: SearchConfig, task: SearchTask, *, study: str, storage: BaseStorage
) -> tuple[SearchConfig, SearchTask, FlipChoice | None]:
    """Configuration and task with what the study has decided already, and its decision about mirroring if there is one.

    Args:
        config: What a person asks for.
        task: As `load_task` has made it for that.
        study: Name of the study, which may be new.
        storage: Optuna's.
    Raises:
        SearchError: If the study exists with settings under which accuracies would not compare.
    """
    task = with_stored_epochs(task, config, stored_settings(study, storage))
    config = replace(config, epochs=task.problem.ladder.top)
    choice = known_choice(config.mirror, task.recipe, task.dataset, study=study, storage=storage)
    settings = study_settings(task, replace(config, mirror=choice and choice.flip))
    refuse_difference(study, settings, storage=storage, dataset=task.dataset)
    return config, task, choice

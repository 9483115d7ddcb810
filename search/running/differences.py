"""Why a study can't be continued with the settings that are given, told in a person's own terms."""

from collections.abc import Iterator, Mapping
from typing import Any

import optuna

from search.optimizer.study.opening import first_difference
from search.optimizer.trials import attributes as attr
from search.results.changed_images import images_changed, new_study_advice
from search.training.datasets import Dataset
from spaces.hypermodel_source import is_path

ANOTHER_NAME = "give a new study another name with --study"


def difference(study: optuna.Study, given: Mapping[str, Any], *, dataset: Dataset) -> str:
    """Which settings of a study are not the given ones, why that matters, and what to do.

    What a person has typed is named first. The hashes of images and space only say that something else has changed.

    Args:
        study: A study that exists.
        given: Settings as from `search_task.study_settings`.
        dataset: The present images.
    """
    stored, name = study.user_attrs[attr.SETTINGS], study.study_name
    if options := list(_options(stored, given)):
        before, now = (" and ".join(words) for words in zip(*options, strict=True))
        return (
            f"study {name!r} was made with {before}; got {now}. {_why(stored, given, dataset)} "
            f"Use {before} to continue it, or {ANOTHER_NAME}."
        )
    if stored.get("images") != given["images"]:
        return f"{images_changed(study, dataset)} Put them back to continue it. {new_study_advice(name)}"
    if stored.get("space_version") != given["space_version"]:
        space = given["space"]
        cause = "its source was changed" if is_path(space) else "this is another version of the program"
        return (
            f"space {space} is no longer the one that study {name!r} was made with: {cause}. "
            f"Go back to that to continue it, or {ANOTHER_NAME}."
        )
    return first_difference(study, given)


def _options(stored: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """How a person would ask for each setting that differs: before, and now."""
    for settings in zip(_typed(stored), _typed(given), strict=True):
        if settings[0] != settings[1]:
            yield settings


def _typed(settings: Mapping[str, Any]) -> list[str]:
    """Each setting as a person would type it. What follows from several settings is told once."""
    options = {
        "--space": settings.get("space"),
        "--objective": settings.get("objective", "flops"),
        "data set": settings.get("dataset"),
        "--seed": settings.get("seed"),
        "--image-size": settings.get("image_size"),
        "--train-limit": settings.get("train_limit"),
        "--recipe": settings.get("recipe", {}).get("name"),
        "--epochs": settings.get("epochs"),
    }
    texts = [f"no {option}" if value is None else f"{option} {value}" for option, value in options.items()]
    return [*texts, "--no-rungs" if len(settings.get("rungs", [])) == 1 else "rungs"]


def _why(stored: Mapping[str, Any], given: Mapping[str, Any], dataset: Dataset) -> str:
    if stored.get("seed") == given["seed"]:
        return "The accuracies would not compare."
    if dataset.inventory.is_drawn:
        return "The seed chooses the validation images, so the accuracies would not compare."
    return "A study keeps its seed, from which all its random numbers follow."

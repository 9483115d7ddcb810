"""Why a study can't be continued with the settings that are given, told in a person's own terms."""

from collections.abc import Mapping
from typing import Any

import optuna
from optuna.storages import BaseStorage

from search.errors import SearchError
from search.optimizer.study.stored_study import check_format
from search.optimizer.trials import attributes as attr
from search.results.changed_images import images_changed, new_study_advice
from search.training.datasets import Dataset, changes
from search.training.datasets.color_mode import RGB
from spaces.hypermodel_source import is_path

ANOTHER_NAME = "give a new study another name with --study"


def stored_settings(name: str, storage: BaseStorage) -> Mapping[str, Any]:
    """Settings as from `search_task.study_settings` of a study; empty if it is new or was not made by this program.

    Raises:
        SearchError: If this version can't read it.
    """
    if name not in optuna.get_all_study_names(storage):
        return {}
    study = optuna.load_study(study_name=name, storage=storage)
    check_format(study)
    settings: Mapping[str, Any] = study.user_attrs.get(attr.SETTINGS, {})
    return settings


def refuse_difference(name: str, given: Mapping[str, Any], *, storage: BaseStorage, dataset: Dataset) -> None:
    """Refuse to continue a study with settings under which its accuracies would not compare.

    Args:
        name: Of the study, which may be new.
        given: Settings as from `search_task.study_settings`.
        storage: Optuna's.
        dataset: The present images.
    Raises:
        SearchError: If the study exists with other settings. It says which, why that matters, and what to do.
    """
    if name not in optuna.get_all_study_names(storage):
        return
    study = optuna.load_study(study_name=name, storage=storage)
    check_format(study)
    if attr.SETTINGS in study.user_attrs and (reason := _reason(study, given, dataset)):
        raise SearchError(reason)


def _reason(study: optuna.Study, given: Mapping[str, Any], dataset: Dataset) -> str:
    """What a person has typed comes first. The hashes of images and space only tell that something else has changed."""
    stored, name = study.user_attrs[attr.SETTINGS], study.study_name
    has_new_files = bool(changes(study.user_attrs.get(attr.INVENTORY, {}), dataset.inventory))
    if options := _options(stored, given, has_new_files=has_new_files):
        before, now = (" and ".join(words) for words in zip(*options, strict=True))
        return (
            f"study {name!r} was made {before}, not {now}. {_why(stored, given, dataset)} "
            f"Continue it {before}, or {ANOTHER_NAME}."
        )
    if stored.get("images") != given["images"]:
        put_back = "Put them back to continue it, or name the folder that it was made with."
        return f"{images_changed(study, dataset)} {put_back} {new_study_advice(name)}"
    if stored.get("space_version") != given["space_version"]:
        space = given["space"]
        cause = "its source was changed" if is_path(space) else "this is another version of the program"
        return (
            f"space {space} is no longer the one that study {name!r} was made with: {cause}. "
            f"Go back to that to continue it, or {ANOTHER_NAME}."
        )
    return ""


def _options(stored: Mapping[str, Any], given: Mapping[str, Any], *, has_new_files: bool) -> list[tuple[str, str]]:
    """Each setting that differs, as a person would type it: before, and now. New files may be grey or not."""
    both = list(zip(_typed(stored), _typed(given), strict=True))
    if not has_new_files:
        both.append((_typed_color_mode(stored), _typed_color_mode(given)))
    if stored.get("epochs") == given["epochs"]:  # Otherwise the rungs follow from them.
        both.append((_typed_rungs(stored), _typed_rungs(given)))
    # Otherwise the default follows from them.
    if all(stored.get(name) == given[name] for name in ("recipe", "dataset")):
        both.append((_typed_mirror(stored, given), _typed_mirror(given, stored)))
    return [(before, now) for before, now in both if before != now]


def _typed(settings: Mapping[str, Any]) -> list[str]:
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
    return [f"without {name}" if value is None else f"with {name} {value}" for name, value in options.items()]


def _typed_color_mode(settings: Mapping[str, Any]) -> str:
    return f"with --color-mode {settings.get('color_mode', RGB)}"


def _typed_rungs(settings: Mapping[str, Any]) -> str:
    return f"{'with' if len(settings.get('rungs', [])) == 1 else 'without'} --no-rungs"


def _typed_mirror(settings: Mapping[str, Any], others: Mapping[str, Any]) -> str:
    """A default is not stored. Where the others store something, it is not the default."""
    flip = settings.get("mirror", not others.get("mirror"))
    return "with --mirror" if flip else "with --no-mirror"


def _why(stored: Mapping[str, Any], given: Mapping[str, Any], dataset: Dataset) -> str:
    if stored.get("seed") == given["seed"]:
        return "The results would not compare."
    if dataset.inventory.is_drawn:
        return "The seed chooses the validation images, so the accuracies would not compare."
    return "A study keeps its seed, from which all its random numbers follow."

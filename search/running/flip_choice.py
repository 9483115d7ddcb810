"""Whether a study mirrors images in training. It is decided once, and stored with the study."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import optuna

from search.optimizer.trials import attributes as attr
from search.training.datasets import Dataset, changes
from search.training.flip_evidence import FlipEvidence
from search.training.recipe import Recipe
from search.workers.flip_test import FlipTestError, run_flip_test

FINDS_OUT = "find out whether mirrored images keep their class"
"""What two short trainings are for."""

OPTIONS = {True: "--mirror", False: "--no-mirror"}


@dataclass(frozen=True)
class FlipChoice:
    """The decision.

    Attributes:
        flip: Whether images are mirrored left to right at random.
        reason: What decided, as the end of a sentence.
    """

    flip: bool
    reason: str

    def words(self) -> str:
        """The decision as a sentence."""
        return f"Images are {'mirrored at random' if self.flip else 'not mirrored'}: {self.reason}."


def known_choice(mirror: bool | None, recipe: Recipe, dataset: Dataset, *, study: str, storage) -> FlipChoice | None:
    """The decision that needs no test: None for a new study of images about which nobody has said anything.

    Args:
        mirror, recipe, dataset: As in `choice_without_study`.
        study: Its name.
        storage: Its Optuna storage.
    """
    asked = choice_without_study(mirror, recipe, dataset)
    if study not in optuna.get_all_study_names(storage):
        return asked
    stored = optuna.load_study(study_name=study, storage=storage).user_attrs
    begun = _choice_of_study(stored, recipe, dataset)
    return asked if begun is None or mirror not in (None, begun.flip) else begun


def choice_in_study(study: optuna.Study, dataset: Dataset) -> FlipChoice | None:
    """The decision of another study; None if its images are others, or if its recipe changes none.

    Args:
        study: As a search has stored it.
        dataset: The images that the decision is wanted for.
    """
    stored = study.user_attrs
    settings, recipe = stored[attr.SETTINGS], Recipe(**stored[attr.SETTINGS]["recipe"])
    is_other = settings["dataset"] != dataset.name or changes(stored.get(attr.INVENTORY, {}), dataset.inventory)
    if is_other or not recipe.flip:
        return None
    begun = _choice_of_study(stored, recipe, dataset)
    return begun and FlipChoice(begun.flip, f"as in study {study.study_name!r}")


def _choice_of_study(stored: Mapping[str, Any], recipe: Recipe, dataset: Dataset) -> FlipChoice | None:
    """The decision of a study with these attributes; None if it was never begun."""
    if attr.FLIP_CHOICE in stored:
        return FlipChoice(**stored[attr.FLIP_CHOICE])
    if attr.SETTINGS not in stored:
        return None
    flip = stored[attr.SETTINGS].get("mirror", recipe.flips(dataset.mirrorable))
    usual = choice_without_study(None, recipe, dataset)
    return usual if usual and usual.flip == flip else FlipChoice(flip, "so the study was begun")


def choice_without_study(mirror: bool | None, recipe: Recipe, dataset: Dataset) -> FlipChoice | None:
    """The decision of option, recipe and data set; None if they leave it open.

    Args:
        mirror: What a person asks for.
        recipe: One of `RECIPES`.
        dataset: As `load` has made it.
    """
    if mirror is not None:
        return FlipChoice(mirror, f"{OPTIONS[mirror]} decides")
    if not recipe.flip:
        return FlipChoice(False, f"recipe {recipe.name} changes no images")
    if dataset.mirrorable is not None:
        keeps = "keeps its class" if dataset.mirrorable else "may lose its class"
        return FlipChoice(dataset.mirrorable, f"a mirrored image of {dataset.name} {keeps}")
    return None


def tested_choice(dataset: Dataset, *, seed: int, say: Callable[[str], None]) -> FlipChoice:
    """Find out by a short training. Without a clear result images are not mirrored: it would cost more than it gains.

    Args:
        dataset: The images.
        seed: Of the trainings.
        say: Prints a message.
    """
    say(f"Two short trainings {FINDS_OUT}.")
    try:
        return choice_by(run_flip_test(dataset, seed=seed))
    except FlipTestError as error:
        return FlipChoice(False, f"the training that was to find out has failed ({error}; {OPTIONS[True]} overrides)")


def choice_by(evidence: FlipEvidence) -> FlipChoice:
    """The decision that follows from the evidence."""
    overrides = f"({OPTIONS[not evidence.is_invariant]} overrides)"
    if evidence.is_invariant or (evidence.learns and evidence.differs):
        return FlipChoice(evidence.is_invariant, f"{evidence.words()} {overrides}")
    return FlipChoice(False, f"whether that is safe remains open, since {evidence.words()} {overrides}")


def store_choice(choice: FlipChoice, study: optuna.Study) -> None:
    """Store a decision with a study that has none yet."""
    if attr.FLIP_CHOICE not in study.user_attrs:
        study.set_user_attr(attr.FLIP_CHOICE, asdict(choice))

"""The teacher of an export: which network it is, and the file that students learn from."""

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from search.cli.argument_types import NONE
from search.cli.export_config import BEST_TEACHER
from search.devices.keras_file import open_model
from search.errors import SearchError, UsageError
from search.results import TrainedNetwork
from search.results.cost_words import cost_words
from search.training.datasets import Dataset
from search.training.distillation import Distillation
from search.training.environment import import_tensorflow
from spaces.architecture import Architecture
from spaces.model_io import with_standard_io
from spaces.reference import REFERENCES
from spaces.validation import place

LEAST_RATIO, MOST_RATIO = 3, 10
"""A teacher costs so many times as much as its most expensive student, where it is chosen by itself."""


@dataclass(frozen=True)
class TeacherChoice:
    """A network that is to be trained as a teacher, or the file of one that is trained already.

    Attributes:
        words: The teacher for a person.
        network: To be trained; None if there is a file.
        file: A `.keras` file.
    """

    words: str
    network: Architecture | None = None
    file: Path | None = None

    def description(self) -> str:
        """What it is and what it costs."""
        if self.network is None:
            return self.words
        return f"{self.words}, {self.network.words()}; {cost_words(self.network.cost())}"

    def distillation(self) -> Distillation:
        """How to learn from the file."""
        return Distillation(str(self.file), self._digest)

    @cached_property
    def _digest(self) -> str:
        """Of the file. A large file is read once, though every network asks."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()

    def teaches(self, network: TrainedNetwork) -> bool:
        """Whether a network learns from it: all but itself."""
        return self.network is None or network.architecture.function_key != self.network.function_key


def choose_teacher(
    name: str, students: Sequence[TrainedNetwork], *, front: Sequence[TrainedNetwork], dataset: Dataset
) -> TeacherChoice | None:
    """The teacher that --teacher means; None if there is none.

    Args:
        name: "best", "none", the name of a reference network, or a `.keras` file.
        students: The networks to export.
        front: Networks of the study that may teach, cheapest first.
        dataset: The images.
    Raises:
        UsageError: If there is no such network or file.
        ModelFileError, OSError: If the file can't be opened.
    """
    if name == NONE:
        return None
    if name == BEST_TEACHER:
        return _best(students, front=front, dataset=dataset)
    if name in REFERENCES:
        return TeacherChoice(name, _reference(name, dataset))
    file = Path(os.path.expanduser(name))
    if not file.is_file():
        raise UsageError(
            f"--teacher takes {BEST_TEACHER}, {NONE}, a .keras file or one of {', '.join(REFERENCES)}; got "
            f"{place(name)}, and there is no such file"
        )
    import_tensorflow()
    model = open_model(file)
    try:
        with_standard_io(model, **dataset.network_arguments)
    except ValueError as error:
        raise SearchError(f"{place(file)} can't teach these images: {error}") from None
    return TeacherChoice(place(file), file=file)


def save_model(model, file: Path) -> None:
    """Write a Keras model to a file, which is whole or not there."""
    partial = file.with_name(f"partial-{file.name}")
    model.save(partial)
    partial.replace(file)


def _best(
    students: Sequence[TrainedNetwork], *, front: Sequence[TrainedNetwork], dataset: Dataset
) -> TeacherChoice | None:
    """The most accurate network of the front, of those that cost three to ten times as much as the students.

    Where the front has none, a reference network is taken. Where the whole front is exported, its most accurate network
    teaches all others.
    """
    if len(students) > 1:
        best = max(students, key=lambda network: network.accuracy)
        return _of_front(best)
    student_cost = students[0].cost.multiply_adds
    low, high = LEAST_RATIO * student_cost, MOST_RATIO * student_cost
    of_front = [network for network in front if low <= network.cost.multiply_adds <= high]
    if of_front:
        return _of_front(max(of_front, key=lambda network: network.accuracy))
    references = {name: _reference(name, dataset) for name in REFERENCES}
    costs = {name: network.cost().multiply_adds for name, network in references.items()}
    suitable = [name for name, cost in costs.items() if low <= cost <= high]
    if not suitable:
        return None
    # All are about as accurate as their cost allows, and a middle one takes less time.
    middle = math.sqrt(low * high)
    name = min(suitable, key=lambda name: abs(math.log(costs[name] / middle)))
    return TeacherChoice(name, references[name])


def _reference(name: str, dataset: Dataset) -> Architecture:
    return REFERENCES[name](**dataset.network_arguments)


def _of_front(network: TrainedNetwork) -> TeacherChoice | None:
    """None for a network of a hypermodel: a file of it would hold the user's code."""
    if not isinstance(network.architecture, Architecture):
        return None
    return TeacherChoice(network.name, network.architecture)

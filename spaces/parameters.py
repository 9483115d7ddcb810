"""What a hypermodel asks: KerasTuner's own `HyperParameters`, whose answers come from elsewhere."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

KINDS = {
    "Choice": ("values", "ordered", "default"),
    "Int": ("min_value", "max_value", "step", "sampling", "default"),
    "Float": ("min_value", "max_value", "step", "sampling", "default"),
    "Boolean": ("default",),
    "Fixed": ("value",),
}
"""What there is to say of each kind of question, besides its name."""


@dataclass(frozen=True)
class Parameter:
    """One question, by the name under which its answer is kept.

    Attributes:
        kind: Of `KINDS`.
        name: With all scopes.
        options: Name to value, those of its kind.
    """

    kind: str
    name: str
    options: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, hyperparameter) -> "Parameter":
        """What KerasTuner calls a hyperparameter, as a question."""
        kind = type(hyperparameter).__name__
        values = ((name, getattr(hyperparameter, name)) for name in KINDS[kind])
        return cls(kind, hyperparameter.name, tuple((n, tuple(v) if isinstance(v, list) else v) for n, v in values))

    def put_to(self, hp) -> Any:
        """The answer of anything that has KerasTuner's interface."""
        return getattr(hp, self.kind)(self.name, **dict(self.options))

    def renamed(self) -> "Parameter":
        """The same under a name that tells what it asks for: `units [32, 64]`."""
        told = [value for name, value in self.options if name not in ("default", "ordered", "sampling")]
        values = told[0] if self.kind == "Choice" else told
        return replace(self, name=f"{self.name} [{', '.join(map(str, values))}]")

    def is_like(self, other: "Parameter") -> bool:
        """Whether both may have the same answers, in the same order."""
        return (self.kind, self._answers()) == (other.kind, other._answers())

    def _answers(self) -> str:
        return repr([option for option in self.options if option[0] != "default"])


class Names:
    """Under which name an answer is kept.

    A hypermodel may use one name for several questions, under different conditions or in a loop whose range changes.
    KerasTuner allows it; a study keeps one list of choices for each name. The first question keeps the name, others
    are renamed.
    """

    def __init__(self) -> None:
        self._first: dict[str, Parameter] = {}

    def distinct(self, question: Parameter) -> Parameter:
        """The question, renamed if another has its name."""
        first = self._first.setdefault(question.name, question)
        return question if question.is_like(first) else question.renamed()


def answered(answers: Mapping[str, Any]) -> Callable[[Parameter], Any]:
    """Answers that were given earlier, under whichever name they were kept.

    Raises:
        ValueError: The function does, for a question that has none.
    """

    def answer(question: Parameter) -> Any:
        for name in (question.renamed().name, question.name):
            if name in answers:
                return answers[name]
        raise ValueError(
            f"the hypermodel asks for {question.name!r}, which no answer is stored for; there are "
            f"{', '.join(map(repr, answers)) or 'none'}. Use the hypermodel that the answers came from."
        )

    return answer


def asking(answer: Callable[[Parameter], Any]):
    """A `keras_tuner.HyperParameters` for one build, whose active questions are answered by a function, once each."""
    return _asking_class()(answer)


@functools.cache
def _asking_class() -> type:
    import keras_tuner

    class Asking(keras_tuner.HyperParameters):
        """Scopes, conditions, names, copies: all is KerasTuner's. Only where it would take a default it asks."""

        def __init__(self, answer: Callable[[Parameter], Any]) -> None:
            super().__init__()
            self._answer = answer

        def _register(self, hyperparameter, overwrite=False):
            if self.is_active(hyperparameter) and hyperparameter.name not in self.values:
                self.values[hyperparameter.name] = self._answer(Parameter.of(hyperparameter))
            return super()._register(hyperparameter)

    return Asking

"""A network that a hypermodel describes, as plain data: answers, and what was counted when it was first built."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spaces.cost import Cost, LayerCost
from spaces.hypermodel_source import built, imported
from spaces.keras_identity import key_of
from spaces.model_io import with_standard_io
from spaces.parameters import answered, asking
from spaces.validation import given

FORMAT = 1

LEGEND = "choices of the hypermodel by name"


@dataclass(frozen=True)
class HypermodelNetwork:
    """See the module. Like `Architecture` it has a key, a cost and words, and is built.

    Attributes:
        hypermodel: Its path, `package.module:Name`.
        input_shape: (height, width, channels).
        classes: Number of classes.
        answers: By name.
        key: A hash of the network that is built: equal for two sets of answers with one network.
        counted: Its cost.
    """

    hypermodel: str
    input_shape: tuple[int, int, int]
    classes: int
    answers: Mapping[str, Any] = field(hash=False)
    key: str
    counted: Cost = field(hash=False, repr=False)

    def cost(self) -> Cost:
        """Multiply-adds, FLOPs, parameters and activations, by layer and in total."""
        return self.counted

    def words(self) -> str:
        """The answers in a line, and what of the network could not be counted."""
        said = ", ".join(f"{name} {_short(value)}" for name, value in self.answers.items()) or "no choices"
        return said + (f" (not counted: {', '.join(self.uncounted())})" if self.counted.unknown else "")

    def uncounted(self) -> list[str]:
        """Kinds of layers that no rule counts; FLOPs are then a lower bound."""
        return sorted({layer.kind for layer in self.counted.layers if layer.name in self.counted.unknown})

    def build(self):
        """The Keras model with our ends, not compiled; imports the hypermodel.

        Raises:
            ValueError: If the hypermodel is not there, or builds another network now.
        """
        hypermodel = imported(self.hypermodel, input_shape=self.input_shape, classes=self.classes)
        model = built(hypermodel, asking(answered(self.answers)))
        model = with_standard_io(model, input_shape=self.input_shape, classes=self.classes)
        if key_of(model) != self.key:
            raise ValueError(
                f"{self.hypermodel} builds another network than it did for these answers: {self.words()}. "
                "Use it as it was, or begin a new study with --study."
            )
        return model

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "format": FORMAT,
            "hypermodel": self.hypermodel,
            "input_shape": list(self.input_shape),
            "classes": self.classes,
            "answers": dict(self.answers),
            "key": self.key,
            "layers": [list(layer) for layer in self.counted.layers],
            "unknown": list(self.counted.unknown),
        }

    def to_json(self) -> str:
        """JSON text, for people: the hypermodel's code is not in it."""
        return json.dumps(self.to_dict(), indent=2) + "\n"


def from_dict(data: Mapping[str, Any]) -> HypermodelNetwork:
    """The network that `HypermodelNetwork.to_dict` wrote; nothing is imported or built.

    Raises:
        ValueError: If it is none of this format.
    """
    if data.get("format") != FORMAT:
        raise ValueError(
            f"a hypermodel's network of format {FORMAT} was expected; got format {given(data.get('format'))}. "
            "Read it with the version of this program that wrote it."
        )
    layers = tuple(LayerCost(name, kind, tuple(shape), *counts) for name, kind, shape, *counts in data["layers"])
    return HypermodelNetwork(
        data["hypermodel"],
        tuple(data["input_shape"]),
        data["classes"],
        dict(data["answers"]),
        data["key"],
        Cost(layers, tuple(data["unknown"])),
    )


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)

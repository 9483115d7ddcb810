"""A network of a hypermodel as plain data: its params, and its cost as counted when it was first built."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spaces.cost import Cost, LayerCost
from spaces.hypermodel_source import build_model, import_hypermodel
from spaces.keras_identity import key_of
from spaces.keras_types import KerasModel
from spaces.model_io import with_standard_io
from spaces.parameters import hyperparameters, values_from
from spaces.shapes import ImageShape
from spaces.validation import given, place

FORMAT = 2
"""Version of the JSON form."""

READABLE_FORMATS = (1, FORMAT)
"""Data of another version is refused. In version 1 the key left out most arguments of a layer's call."""

LEGEND = "choices of the hypermodel by name"
"""Explains the words of a network."""


@dataclass(frozen=True)
class HypermodelNetwork:
    """A network of a hypermodel, with the same methods as `Architecture`.

    Attributes:
        hypermodel: Its path, `package.module:Name`.
        input_shape: (height, width, channels).
        classes: Number of classes.
        params: Name to value.
        key: A hash of the network that is built. Two sets of params for one network have the same key, if the built
            model tells that it is one.
        counted_cost: The cost that was counted on the built model.
        format: Version of the JSON form that the network was read from.
    """

    hypermodel: str
    input_shape: ImageShape
    classes: int
    params: Mapping[str, Any] = field(hash=False)
    key: str
    counted_cost: Cost = field(hash=False, repr=False)
    format: int = FORMAT

    @property
    def function_key(self) -> str:
        """The key: of layers that a user wrote nobody knows which can learn the same functions."""
        return self.key

    def cost(self) -> Cost:
        """Multiply-adds, FLOPs, parameters and activations, by layer and in total."""
        return self.counted_cost

    def words(self) -> str:
        """The params in one line, and the kinds of layers that could not be counted."""
        params = ", ".join(f"{name} {_short(value)}" for name, value in self.params.items()) or "no choices"
        return place(params) + (f" (not counted: {', '.join(self.uncounted())})" if self.counted_cost.unknown else "")

    def uncounted(self) -> list[str]:
        """Kinds of layers that no rule counts. If there are any, FLOPs are a lower bound."""
        return sorted({layer.kind for layer in self.counted_cost.layers if layer.name in self.counted_cost.unknown})

    def build(self) -> KerasModel:
        """The Keras model with the standard input and output, not compiled. The hypermodel is imported.

        Raises:
            ValueError: If the hypermodel can't be imported, or builds another network now.
        """
        hypermodel = import_hypermodel(self.hypermodel, input_shape=self.input_shape, classes=self.classes)
        model = build_model(hypermodel, hyperparameters(values_from(self.params)))
        model = with_standard_io(model, input_shape=self.input_shape, classes=self.classes)
        if not self._is_of(model):
            raise ValueError(
                f"{self.hypermodel} now builds another network than before for these choices: {self.words()}. "
                "Use the hypermodel, Python and Keras as they were, or begin a new study with --study."
            )
        return model

    def _is_of(self, model: KerasModel) -> bool:
        """Whether this is the network of a model. Of the first format only the number of parameters can be compared."""
        if self.format < FORMAT:
            return bool(model.count_params() == self.counted_cost.parameters)
        return key_of(model, params=self.params) == self.key

    def to_dict(self) -> dict[str, Any]:
        """The network as plain data, for JSON."""
        return {
            "format": self.format,
            "hypermodel": self.hypermodel,
            "input_shape": list(self.input_shape),
            "classes": self.classes,
            "answers": dict(self.params),
            "key": self.key,
            "layers": [list(layer) for layer in self.counted_cost.layers],
            "unknown": list(self.counted_cost.unknown),
        }

    def to_json(self) -> str:
        """The network as JSON text, for people to read. The code of the hypermodel is not in it."""
        return json.dumps(self.to_dict(), indent=2) + "\n"


def from_dict(data: Mapping[str, Any]) -> HypermodelNetwork:
    """The network that `HypermodelNetwork.to_dict` wrote. Nothing is imported or built.

    Raises:
        ValueError: If the data is of another format.
    """
    if data.get("format") not in READABLE_FORMATS:
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
        data["format"],
    )


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)

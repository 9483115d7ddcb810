"""The names under which Keras and KerasTuner appear in type annotations. Neither brings types of its own."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

KerasTensor: TypeAlias = Any
"""A symbolic tensor: the input or output of a layer."""

KerasLayer: TypeAlias = Any
"""A `keras.layers.Layer`, or another operation in a model's graph."""

KerasModel: TypeAlias = Any
"""A `keras.Model`."""


class HyperParameters(Protocol):
    """The interface of `keras_tuner.HyperParameters`: a space names its parameters and gets a value for each.

    A parameter inside a conditional scope that does not hold has the value None.
    """

    def Choice(
        self,
        name: str,
        values: Sequence[Any],
        ordered: bool | None = None,
        default: Any = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Any:
        """One of `values`, all of one type: int, float, str or bool."""

    def Int(
        self,
        name: str,
        min_value: int,
        max_value: int,
        step: int | None = None,
        sampling: str = "linear",
        default: int | None = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Any:
        """A whole number from `min_value` to `max_value`, both included."""

    def Float(
        self,
        name: str,
        min_value: float,
        max_value: float,
        step: float | None = None,
        sampling: str = "linear",
        default: float | None = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Any:
        """A real number from `min_value` to `max_value`, both included."""

    def Boolean(
        self, name: str, default: bool = False, parent_name: str | None = None, parent_values: Any = None
    ) -> Any:
        """True or False."""

    def Fixed(self, name: str, value: Any, parent_name: str | None = None, parent_values: Any = None) -> Any:
        """A value that is recorded and never varied."""

    def name_scope(self, name: str) -> AbstractContextManager[None]:
        """Every name inside gets the prefix `name/`."""

    def conditional_scope(self, parent_name: str, parent_values: Any) -> AbstractContextManager[None]:
        """Parameters inside are active only where `parent_name` has one of `parent_values`."""

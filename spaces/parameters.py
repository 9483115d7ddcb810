"""The parameters of a hypermodel: KerasTuner's own `HyperParameters`, with values that come from elsewhere."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from spaces.keras_types import HyperParameters

KINDS = {
    "Choice": ("values", "ordered", "default"),
    "Int": ("min_value", "max_value", "step", "sampling", "default"),
    "Float": ("min_value", "max_value", "step", "sampling", "default"),
    "Boolean": ("default",),
    "Fixed": ("value",),
}
"""Each kind of parameter, and its options besides the name. Both are KerasTuner's names."""


@dataclass(frozen=True)
class Parameter:
    """One parameter, under the name by which its value is stored.

    Attributes:
        kind: One of `KINDS`.
        name: With all name scopes.
        options: Pairs of an option of this kind and its value.
    """

    kind: str
    name: str
    options: tuple[tuple[str, Any], ...]

    @classmethod
    def from_keras_tuner(cls, hyperparameter: Any) -> "Parameter":
        """The parameter that a `keras_tuner` `HyperParameter` object describes."""
        kind = type(hyperparameter).__name__
        values = ((name, getattr(hyperparameter, name)) for name in KINDS[kind])
        return cls(kind, hyperparameter.name, tuple((n, tuple(v) if isinstance(v, list) else v) for n, v in values))

    def value_from(self, hp: HyperParameters) -> Any:
        """The value that `hp` gives this parameter."""
        return getattr(hp, self.kind)(self.name, **dict(self.options))

    def with_domain_in_name(self) -> "Parameter":
        """The same parameter under a name that includes its domain, such as `units [32, 64]`."""
        domain = [value for name, value in self.options if name not in ("default", "ordered", "sampling")]
        values = domain[0] if self.kind == "Choice" else domain
        return replace(self, name=f"{self.name} [{', '.join(map(str, values))}]")

    def has_domain_of(self, other: "Parameter") -> bool:
        """Whether both parameters have the same possible values in the same order."""
        return (self.kind, self._domain()) == (other.kind, other._domain())

    def _domain(self) -> str:
        return repr([option for option in self.options if option[0] != "default"])


class UniqueNames:
    """Gives each parameter of a hypermodel a name of its own.

    A hypermodel may use one name for several parameters, under different conditions or in a loop whose range changes.
    KerasTuner allows it, but a study keeps one domain for each name. The first parameter keeps the name. Those with
    another domain are renamed.
    """

    def __init__(self) -> None:
        self._first: dict[str, Parameter] = {}

    def unique(self, parameter: Parameter) -> Parameter:
        """The parameter, renamed if its name belongs to a parameter with another domain."""
        first = self._first.setdefault(parameter.name, parameter)
        return parameter if parameter.has_domain_of(first) else parameter.with_domain_in_name()


def values_from(params: Mapping[str, Any]) -> Callable[[Parameter], Any]:
    """A function from a parameter to its stored value.

    Args:
        params: Name to value. A name is the parameter's own, or the one that `UniqueNames` gave it.
    Raises:
        ValueError: Raised by the function, for a parameter without a stored value.
    """

    def value_of(parameter: Parameter) -> Any:
        for name in (parameter.with_domain_in_name().name, parameter.name):
            if name in params:
                return params[name]
        raise ValueError(
            f"the hypermodel has a parameter {parameter.name!r}, for which no value is stored; there are values for "
            f"{', '.join(map(repr, params)) or 'none'}. Use the hypermodel that the values came from."
        )

    return value_of


def hyperparameters(value_of: Callable[[Parameter], Any]) -> HyperParameters:
    """A `keras_tuner.HyperParameters` for one build.

    Args:
        value_of: Gives the value of a parameter. It is called once for each active parameter.
    """
    hp: HyperParameters = _class()(value_of)
    return hp


@functools.cache
def _class() -> Any:
    import keras_tuner

    class CallbackHyperParameters(keras_tuner.HyperParameters):  # type: ignore[misc]  # KerasTuner has no types.
        """KerasTuner handles scopes, conditions, names and copies. This class only replaces its default values."""

        def __init__(self, value_of: Callable[[Parameter], Any]) -> None:
            super().__init__()
            self._value_of = value_of

        def _register(self, hyperparameter: Any, overwrite: bool = False) -> Any:
            if self.is_active(hyperparameter) and hyperparameter.name not in self.values:
                self.values[hyperparameter.name] = self._value_of(Parameter.from_keras_tuner(hyperparameter))
            return super()._register(hyperparameter)

    return CallbackHyperParameters

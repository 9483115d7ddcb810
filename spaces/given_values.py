"""KerasTuner's interface for a space whose values are all given: what a known network is made from."""

import contextlib
from collections.abc import Mapping
from typing import Any


class GivenValues:
    """Gives each param that a space of ours asks for its value, and remembers it.

    It needs no KerasTuner, which takes seconds to import.

    Args:
        values: Value by name. A param that is not asked for may have one.
    Attributes:
        asked: Value by name, of the params that were asked for, in their order.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.asked: dict[str, Any] = {}
        self._values = values

    def Choice(self, name: str, values: Any, **options: Any) -> Any:
        """The value of a param.

        Raises:
            ValueError: If it has none, or one that is no choice.
        """
        if name not in self._values or self._values[name] not in values:
            raise ValueError(f"{name} must be one of {list(values)}; got {self._values.get(name)}. Give one of them.")
        self.asked[name] = self._values[name]
        return self.asked[name]

    def Boolean(self, name: str, **options: Any) -> Any:
        """As `Choice`, of False and True."""
        return self.Choice(name, (False, True))

    def conditional_scope(self, parent_name: str, parent_values: Any) -> contextlib.AbstractContextManager[None]:
        """Changes nothing: our spaces ask only for params that are active."""
        return contextlib.nullcontext()

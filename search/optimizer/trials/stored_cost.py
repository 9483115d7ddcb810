"""What a trial's network costs, read from the trial."""

from dataclasses import dataclass
from functools import cached_property

from optuna.trial import FrozenTrial

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import flops_of
from spaces.cost import Cost
from spaces.network import network_from_dict


@dataclass(frozen=True)
class StoredCost:
    """The cost of a trial's network. Earlier versions stored no RAM and no flash: these follow from the architecture.

    Args:
        trial: One whose network is known.
    """

    trial: FrozenTrial

    @property
    def flops(self) -> int:
        """For one image."""
        return flops_of(self.trial)

    @property
    def parameters(self) -> int:
        """In all."""
        return int(self.trial.user_attrs[attr.PARAMETERS])

    @property
    def ram_bytes(self) -> int | None:
        """For tensors, of an int8 interpreter; None where it is unknown."""
        stored: int | None = self.trial.user_attrs.get(attr.RAM_BYTES)
        return stored if stored is not None or self._counted is None else self._counted.ram_bytes

    @property
    def flash_bytes(self) -> int | None:
        """Of the int8 file; None where it is unknown."""
        stored: int | None = self.trial.user_attrs.get(attr.FLASH_BYTES)
        return stored if stored is not None or self._counted is None else self._counted.flash_bytes

    @cached_property
    def _counted(self) -> Cost | None:
        architecture = self.trial.user_attrs.get(attr.ARCHITECTURE)
        return network_from_dict(architecture).cost() if architecture else None

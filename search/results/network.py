"""A network that a search has trained, read from its trial."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import latency_ms_of
from search.training.environment import import_tensorflow
from spaces.cost import Cost
from spaces.network import Network, network_from_dict


@dataclass(frozen=True)
class TrainedNetwork:
    """A network of a study.

    Attributes:
        trial: Number of its trial.
        architecture: The network.
        accuracy: Validation accuracy in the search, 0 to 1; None below the top rung.
        seconds: Of training.
        known: Its name if it is one of the known networks that every study trains first; otherwise empty.
        latency_ms: Milliseconds for one image, if they were measured or the study predicts them.
    """

    trial: int
    architecture: Network
    accuracy: float | None
    seconds: float = 0.0
    known: str = ""
    latency_ms: float | None = None

    @property
    def name(self) -> str:
        """Its name for a person."""
        return f"trial {self.trial}"

    @cached_property
    def cost(self) -> Cost:
        """Its cost, by layer and in total."""
        return self.architecture.cost()

    @property
    def words(self) -> str:
        """The network in one line."""
        return self.architecture.words()

    def build(self):
        """The Keras model with new weights, not compiled; see `Architecture.build`."""
        import_tensorflow()
        return self.architecture.build()

    def to_dict(self) -> dict[str, Any]:
        """A row of a table: one plain value for each column."""
        return {
            "trial": self.trial,
            "accuracy": self.accuracy,
            "flops": self.cost.flops,
            "multiply_adds": self.cost.multiply_adds,
            "parameters": self.cost.parameters,
            "ram_bytes": self.cost.ram_bytes,
            "flash_bytes": self.cost.flash_bytes,
            "latency_ms": self.latency_ms,
            "seconds": self.seconds,
            "known": self.known,
            "key": self.architecture.key,
            "network": self.words,
        }


def trained_network(trial: FrozenTrial) -> TrainedNetwork:
    """The network of a trial that was trained."""
    stored = trial.user_attrs
    return TrainedNetwork(
        trial=trial.number,
        architecture=network_from_dict(stored[attr.ARCHITECTURE]),
        accuracy=trial.values[0] if trial.state == TrialState.COMPLETE else None,
        seconds=stored.get(attr.SECONDS, 0.0),
        known=stored.get(attr.START_POINT, ""),
        latency_ms=latency_ms_of(trial),
    )

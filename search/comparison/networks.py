"""The networks of a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from optuna.trial import FrozenTrial

from mlflow_runs.safe_text import one_line
from search.errors import SearchError
from search.exporting.folder import ARCHITECTURE
from search.optimizer.study.selection import Budget, choose
from search.optimizer.trials import attributes as attr
from search.training.datasets import Dataset
from spaces.architecture import read_file
from spaces.network import Network as Described
from spaces.network import network_from_dict
from spaces.reference import REFERENCES


@dataclass(frozen=True)
class Network:
    """A network with a name.

    Attributes:
        name: What a person calls it.
        architecture: The network.
    """

    name: str
    architecture: Described


def references(names: Sequence[str], dataset: Dataset) -> list[Network]:
    """Fixed networks, for the images of a data set."""
    return [Network(name, REFERENCES[name](input_shape=dataset.input_shape, classes=dataset.classes)) for name in names]


def exported(places: Sequence[str], dataset: Dataset) -> list[Network]:
    """Networks of exports: folders, or their `architecture.json`. Only that file is read.

    Raises:
        SearchError: If one is for other images.
        ValueError, OSError: If one can't be read.
    """
    found = []
    for place in places:
        path = Path(place)
        file = path / ARCHITECTURE if path.is_dir() else path
        architecture = read_file(file)
        given = architecture.input_shape, architecture.head.classes
        if given != (dataset.input_shape, dataset.classes):
            raise SearchError(
                f"{file} is for images of shape {given[0]} and {given[1]} classes; {dataset.name} has "
                f"{dataset.input_shape} and {dataset.classes}. Compare it on its own data set with --dataset."
            )
        found.append(Network(one_line(file.resolve().parent.name) or "exported", architecture))
    return found


def picked(trials: Sequence[FrozenTrial]) -> list[Network]:
    """A study's knee and its most accurate network.

    Raises:
        UsageError: If it has no front yet.
    """
    found = {}
    for pick in ("knee", "best"):
        [trial] = choose(trials, pick=pick, budget=Budget(), latencies=lambda trials: {})
        network = network_from_dict(trial.user_attrs[attr.ARCHITECTURE])
        found.setdefault(trial.number, Network(f"trial {trial.number}, {pick}", network))
    return list(found.values())


def all_different(networks: Sequence[Network]) -> list[Network]:
    """The networks under names of their own; one that is there already is left out."""
    found: list[Network] = []
    for network in networks:
        if any(network.architecture.key == other.architecture.key for other in found):
            continue
        same = sum(other.name.split(" (")[0] == network.name for other in found)
        found.append(Network(f"{network.name} ({same + 1})", network.architecture) if same else network)
    return found

"""The networks of a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mlflow_runs.safe_text import one_line
from search.errors import SearchError
from search.exporting.folder import ARCHITECTURE
from search.optimizer.study.selection import complete, front_of
from search.optimizer.study.stored_study import StoredStudy
from search.results import trained_network
from search.training.datasets import Dataset
from spaces.architecture import read_file
from spaces.network import Network
from spaces.reference import REFERENCES


@dataclass(frozen=True)
class NamedNetwork:
    """A network with a name.

    Attributes:
        name: For a person.
        architecture: The network.
    """

    name: str
    architecture: Network


def reference_networks(names: Sequence[str], dataset: Dataset) -> list[NamedNetwork]:
    """Reference networks for the images of a data set."""
    return [NamedNetwork(name, REFERENCES[name](**dataset.network_arguments)) for name in names]


def exported_networks(paths: Sequence[str], dataset: Dataset) -> list[NamedNetwork]:
    """Networks of exports. Only their `architecture.json` is read.

    Args:
        paths: Folders of exports, or their `architecture.json`.
        dataset: The images that they must be made for.
    Raises:
        SearchError: If a network is made for other images.
        ValueError, OSError: If a file can't be read.
    """
    networks = []
    for name in paths:
        path = Path(name)
        file = path / ARCHITECTURE if path.is_dir() else path
        architecture = read_file(file)
        shape, classes = architecture.input_shape, architecture.head.classes
        if (shape, classes) != (dataset.input_shape, dataset.classes):
            raise SearchError(
                f"{file} is for images of shape {shape} and {classes} classes; {dataset.name} has "
                f"{dataset.input_shape} and {dataset.classes}. Compare it on its own images with --dataset, "
                "--image-size and --color-mode."
            )
        networks.append(NamedNetwork(one_line(file.resolve().parent.name) or "exported", architecture))
    return networks


def knee_and_best(study: StoredStudy, dataset: Dataset) -> list[NamedNetwork]:
    """The knee of a study's front, if it has one, and its most accurate network; one network if they are the same.

    Args:
        study: The study.
        dataset: The images that they must be made for.
    Raises:
        UsageError: If the study has no front yet.
        SearchError: If its networks are made for images of another shape.
    """
    best = front_of(complete(study.trials()))[-1]
    networks: dict[int, NamedNetwork] = {}
    for name, trial in (("knee", study.knee()), ("best", best)):
        if trial is not None:
            network = trained_network(trial)
            if (shape := network.architecture.input_shape) != dataset.input_shape:
                raise SearchError(
                    f"the networks of study {study.name!r} are for images of shape {shape}; {dataset.name} has "
                    f"{dataset.input_shape}. Give the study's own images with --dataset, --image-size and --color-mode."
                )
            networks.setdefault(trial.number, NamedNetwork(f"{network.name}, {name}", network.architecture))
    return list(networks.values())


def without_duplicates(networks: Sequence[NamedNetwork]) -> list[NamedNetwork]:
    """Each architecture once. A name that is used already gets a number."""
    unique: list[NamedNetwork] = []
    for network in networks:
        if any(network.architecture.key == other.architecture.key for other in unique):
            continue
        same_name = sum(other.name.split(" (")[0] == network.name for other in unique)
        name = f"{network.name} ({same_name + 1})" if same_name else network.name
        unique.append(NamedNetwork(name, network.architecture))
    return unique

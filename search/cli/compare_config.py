"""What a comparison is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from search.cli.argument_types import AUTO
from search.cli.location import DEFAULT_EXPERIMENT, DEFAULT_STORAGE, DEFAULT_TRACKING_URI
from search.errors import UsageError
from search.training.recipe import NOTEBOOK
from spaces.reference import CLASSICS


@dataclass(frozen=True, kw_only=True)
class CompareConfig:
    """The settings of a comparison.

    Attributes:
        output: Folder for tables, figures and the page.
        networks: Names of reference networks, each once.
        exported: Folders of exports, or their `architecture.json`.
        recipes: Names of training recipes, each once.
        mirror: Whether images are mirrored at random in training; None lets recipe and images decide.
        epochs: Epochs of each training.
        seeds: Trainings of each network, with seeds from `seed` on.
        seed: Of the first training.
        train_limit: Number of training images to use; None uses all.
        workers: Trainings at a time; None lets the machine decide.
        dataset: Name of a data set, or a folder of images.
        data_dir: Folder that holds CIFAR-10; None searches the usual places.
        image_size: Side in pixels to which a folder's images are resized.
        color_mode: Channels of a folder's images: "grayscale", "rgb", or "auto".
        study: Name of a study whose networks are compared, too; None is none.
        storage: URL of Optuna's storage.
        tracking_uri: MLflow's store or server.
        experiment: MLflow's experiment.
    """

    output: str
    networks: tuple[str, ...] = tuple(CLASSICS)
    exported: tuple[str, ...] = field(default=(), metadata={"typed": None})
    recipes: tuple[str, ...] = (NOTEBOOK.name,)
    mirror: bool | None = None
    epochs: int = 20
    seeds: int = 1
    seed: int = 0
    train_limit: int | None = None
    workers: int | None = field(default=None, metadata={"typed": AUTO})
    dataset: str = "cifar10"
    data_dir: str | None = None
    image_size: int | None = None
    color_mode: str = AUTO
    study: str | None = None
    storage: str = DEFAULT_STORAGE
    tracking_uri: str = DEFAULT_TRACKING_URI
    experiment: str = DEFAULT_EXPERIMENT

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "CompareConfig":
        """The configuration that parsed options mean.

        Args:
            options: A value for every field, as the parser of `search.compare` makes it.
        Raises:
            UsageError: If there is nothing to compare.
        """
        values = {field.name: options[field.name] for field in fields(cls)}
        if not (values["networks"] or values["exported"] or values["study"]):
            raise UsageError("there is nothing to compare. Give --networks, --exported or --study")
        values |= {name: tuple(dict.fromkeys(values[name])) for name in ("networks", "recipes")}
        values["exported"] = tuple(values["exported"] or ())
        return cls(**values)

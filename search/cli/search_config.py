"""What a search is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from search.cli.argument_types import AUTO, NONE
from search.cli.location import DEFAULT_EXPERIMENT, DEFAULT_STORAGE, DEFAULT_TRACKING_URI, StudyLocation
from search.cli.settings import Role, setting
from search.devices.boards import limits
from search.errors import UsageError
from search.optimizer.sampler import registry
from search.training.datasets import BUILT_IN
from search.training.datasets.color_mode import RGB
from search.training.recipe import ONE_CYCLE
from spaces.catalogue import SPACES
from spaces.hypermodel_source import is_path

DEFAULT_MAX_FLOPS, SIDE_OF_DEFAULT = 25e6, 32
"""FLOPs that a network may need on images up to this side, in pixels. On larger ones the same networks need more."""

WITHOUT_RUNGS = ("cluttered-digits", "digits")
"""Data sets on which a full training takes no longer than building the network: stopping early saves nothing."""


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """The settings of a search. Defaults that depend on other settings are filled in by `from_options`.

    The role of each field, see `settings.Role`, decides what a study stores and compares, and what MLflow shows.

    Attributes:
        trials: Networks to train in all, those of earlier commands included.
        space: Name of a space, or module:name of a hypermodel.
        sampler: Name of the sampler, or module:name of another of Optuna's.
        objective: What is minimised beside the loss: "flops", "ram", "flash" or "latency".
        max_flops: FLOPs that a network may need; None is no limit.
        min_flops: FLOPs that a network must need; None is no limit.
        max_params: Parameters that a network may have; None is no limit.
        target: Name of a board, whose RAM and flash are the limits where none are given.
        max_ram: Bytes that an int8 interpreter may need for a network's tensors; None is no limit.
        max_flash: Bytes that a network's int8 file may have; None is no limit.
        start_from: Name of an earlier study to start a new one from.
        start_storage: Its storage; None is `storage`.
        seed: Of all random numbers.
        seeds: Of a benchmark, its seeds: this many from `seed` on; None is one search alone, or one seed.
        workers: Networks trained at a time; None lets the machine or the cluster decide.
        cluster: Address of a Ray cluster, or "auto"; None trains on this machine.
        worker_cpus: CPUs for each worker on the cluster; None is one.
        worker_gpus: GPUs for each worker on the cluster; None is one where the cluster has any.
        max_failures: Failures in a row after which the search stops.
        recipe: Name of the training recipe.
        mirror: Whether images are mirrored at random in training; None lets the images decide.
        epochs: Epochs of a full training; None is those of the study that is continued, or as many as its images need.
        no_rungs: Whether every network is trained to the end.
        train_limit: Number of training images to use; None uses all.
        worker_timeout: Minutes without a message after which a worker is given up.
        dataset: Name of a data set, or a folder of images.
        data_dir: Folder that holds CIFAR-10; None searches the usual places.
        image_size: Side in pixels to which a folder's images are resized.
        color_mode: Channels of a folder's images: "grayscale", "rgb", or "auto". A study stores which it was.
        study: Name of the study; None makes it of data set and space.
        storage: URL of Optuna's storage.
        tracking_uri: MLflow's store or server.
        experiment: MLflow's experiment.
        output: Of a benchmark, the folder for its files; None is one named after it.
    """

    trials: int = setting(Role.LOCAL, default=100)
    space: str = setting(Role.COMPARABLE, default="hybrid", stored_as=("space", "space_version"))
    sampler: str = setting(Role.SHOWN, default=registry.DEFAULT, typed=(registry.DEFAULT,))
    objective: str = setting(Role.COMPARABLE, default="flops", added_later=True)
    max_flops: float | None = setting(Role.SHOWN, typed=AUTO)
    min_flops: float | None = setting(Role.SHOWN, default=None, typed=NONE)
    max_params: float | None = setting(Role.SHOWN, default=None, typed=NONE)
    target: str | None = setting(Role.SHOWN, default=None)
    max_ram: int | None = setting(Role.SHOWN, default=None, typed=NONE)
    max_flash: int | None = setting(Role.SHOWN, default=None, typed=NONE)
    start_from: str | None = setting(Role.SHOWN, default=None)
    start_storage: str | None = setting(Role.LOCAL, default=None)
    seed: int = setting(Role.COMPARABLE, default=0)
    seeds: int | None = setting(Role.LOCAL, default=None)
    workers: int | None = setting(Role.SHOWN, default=None, typed=AUTO)
    cluster: str | None = setting(Role.LOCAL, default=None)
    worker_cpus: float | None = setting(Role.LOCAL, default=None)
    worker_gpus: float | None = setting(Role.LOCAL, default=None)
    max_failures: int = setting(Role.LOCAL, default=10)
    recipe: str = setting(Role.COMPARABLE, default=ONE_CYCLE.name)
    mirror: bool | None = setting(Role.COMPARABLE, default=None, added_later=True)
    epochs: int | None = setting(Role.COMPARABLE, default=None)
    no_rungs: bool = setting(Role.COMPARABLE, typed=False, stored_as=("rungs",))
    train_limit: int | None = setting(Role.COMPARABLE, default=None)
    worker_timeout: int = setting(Role.LOCAL, default=60)
    dataset: str = setting(Role.COMPARABLE, default="cifar10", stored_as=("dataset", "images"))
    data_dir: str | None = setting(Role.LOCAL, default=None)
    image_size: int | None = setting(Role.COMPARABLE, default=None)
    color_mode: str = setting(Role.COMPARABLE, default=AUTO, added_later=True, before=RGB)
    study: str | None = setting(Role.LOCAL, default=None)
    storage: str = setting(Role.LOCAL, default=DEFAULT_STORAGE)
    tracking_uri: str = setting(Role.LOCAL, default=DEFAULT_TRACKING_URI)
    experiment: str = setting(Role.LOCAL, default=DEFAULT_EXPERIMENT)
    output: str | None = setting(Role.LOCAL, default=None)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "SearchConfig":
        """The configuration that parsed options mean.

        Args:
            options: A value for every field, as the parser of `search.run` makes it; others are ignored. Of several
                samplers the first counts: see `BenchmarkConfig`.
        Raises:
            UsageError: If two options contradict each other.
        """
        values = {field.name: options[field.name] for field in fields(cls)}
        values["sampler"] = values["sampler"][0]
        dataset, side = values["dataset"], values["image_size"] or SIDE_OF_DEFAULT
        if values["max_flops"] == AUTO:
            values["max_flops"] = DEFAULT_MAX_FLOPS * max(1, side / SIDE_OF_DEFAULT) ** 2
        values |= limits(values["target"], max_ram=values["max_ram"], max_flash=values["max_flash"])
        values["no_rungs"] = values["no_rungs"] or dataset in WITHOUT_RUNGS
        config = cls(**values)
        config.check()
        return config

    def check(self) -> None:
        """Check the settings that depend on each other.

        Raises:
            UsageError: If they contradict each other.
        """
        if self.min_flops and self.max_flops and self.min_flops >= self.max_flops:
            raise UsageError("--min-flops must be below --max-flops")
        if is_path(self.space) and (needs := self._need_memory()):
            raise UsageError(
                f"RAM and flash of a hypermodel's networks are unknown, so --space {self.space} goes without "
                f"{' and '.join(needs)}. Limit --max-flops and --max-params, or search the space {' or '.join(SPACES)}"
            )
        if self.cluster is None and (self.worker_cpus is not None or self.worker_gpus is not None):
            raise UsageError(
                "--worker-cpus and --worker-gpus are for workers on a Ray cluster. Give --cluster auto as well"
            )

    def _need_memory(self) -> list[str]:
        """The options that were given, as a person types them, for which RAM and flash must be known."""
        needs = {
            "--target": self.target is not None,
            "--max-ram": self.max_ram is not None and self.target is None,
            "--max-flash": self.max_flash is not None and self.target is None,
            f"--objective {self.objective}": self.objective in ("ram", "flash"),
        }
        return [option for option, is_needed in needs.items() if is_needed]

    @property
    def location(self) -> StudyLocation:
        """Where the study is kept."""
        folder = None if self.dataset in BUILT_IN else self.dataset
        return StudyLocation(self.storage, self.tracking_uri, self.experiment, folder, self.data_dir)

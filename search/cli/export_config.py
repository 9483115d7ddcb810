"""What an export is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from search.cli.argument_types import AUTO, NONE
from search.cli.location import DEFAULT_EXPERIMENT, DEFAULT_STORAGE, DEFAULT_TRACKING_URI
from search.devices.boards import limits
from search.devices.formats import FORMATS
from search.errors import UsageError

ALL_FORMATS = "all"
BEST_TEACHER = "best"

LIMITS = ("max_flops", "max_params", "max_ram", "max_flash", "max_latency_ms")
"""Fields of `ExportConfig` that limit what a network may need."""


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    """The settings of an export. Those that depend on others are filled in by `from_options`.

    Attributes:
        output: Folder for the files and the report.
        pick: "knee", "best", "fastest" or "front"; None where `trial` names the network.
        trial: Number of the trial whose network is exported.
        max_flops, max_params, max_ram, max_flash, max_latency_ms: What the network may need; None is no limit.
        target: Name of a board, whose RAM and flash are the limits where none are given.
        epochs: Epochs of the final training; None is a multiple of the search's.
        seed: Of the first training.
        seeds: Trainings, with seeds from `seed` on.
        candidates: The most accurate networks within the limits, of which short trainings choose one.
        teacher: "best", "none", the name of a reference network or a `.keras` file.
        sparsity: Share of the weights to prune, 0 to 0.99.
        workers: Trainings at a time; None lets the machine decide.
        formats: Names of `devices.formats.FORMATS`, each once.
        alias: Alias of the registered model in MLflow.
        dataset: Where the study's images are now; None is where they were.
        data_dir: Folder that holds CIFAR-10; None searches the usual places.
        study: Name of the study; None where the storage has only one.
        storage: URL of Optuna's storage.
        tracking_uri: MLflow's store or server.
        experiment: MLflow's experiment.
    """

    output: str
    pick: str | None = None
    trial: int | None = None
    max_flops: float | None = None
    max_params: float | None = None
    target: str | None = None
    max_ram: int | None = None
    max_flash: int | None = None
    max_latency_ms: float | None = None
    epochs: int | None = None
    seed: int = 0
    seeds: int = 1
    candidates: int = 1
    teacher: str = NONE
    sparsity: float = 0.0
    workers: int | None = field(default=None, metadata={"typed": AUTO})
    formats: tuple[str, ...] = ("keras",)
    alias: str = "best"
    dataset: str | None = None
    data_dir: str | None = None
    study: str | None = None
    storage: str = DEFAULT_STORAGE
    tracking_uri: str = DEFAULT_TRACKING_URI
    experiment: str = DEFAULT_EXPERIMENT

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "ExportConfig":
        """The configuration that parsed options mean.

        Args:
            options: A value for every field, as the parser of `search.export` makes it.
        Raises:
            UsageError: If two options contradict each other.
        """
        values = {field.name: options[field.name] for field in fields(cls)}
        values |= limits(values["target"], max_ram=values["max_ram"], max_flash=values["max_flash"])
        limited = any(values[name] is not None for name in LIMITS)
        if values["trial"] is not None and limited:
            raise UsageError(
                "--trial names one network, so limits such as --max-flops have nothing to choose from. Give either "
                "--trial or limits"
            )
        if values["trial"] is None:
            values["pick"] = values["pick"] or ("best" if limited else "knee")
        if values["candidates"] > 1 and values["pick"] != "best":
            raise UsageError(
                f"--candidates {values['candidates']} chooses among the most accurate networks, which goes with --pick "
                "best or a limit such as --max-flops. Give one of them"
            )
        formats = FORMATS if ALL_FORMATS in values["formats"] else values["formats"]
        values["formats"] = tuple(dict.fromkeys(formats))
        return cls(**values)

    @property
    def whole_front(self) -> bool:
        """Whether every network of the front is exported, each into a folder of its own."""
        return self.pick == "front"

"""What a replay is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from search.cli.sampler_names import sampler_names
from search.errors import UsageError
from search.optimizer.sampler import registry


@dataclass(frozen=True, kw_only=True)
class ReplayConfig:
    """The settings of a replay.

    Attributes:
        table: CSV file of known results.
        sampler: Names of samplers, or module:name of others of Optuna's, each once. The others are compared with the
            first.
        trials: Networks to train, however long each; None is as many as the budget allows.
        budget: To spend, in full trainings.
        no_rungs: Whether every network is trained to the end.
        seeds: Repetitions with each sampler, with seeds from 0 on.
        processes: Repetitions at a time.
        workers: Numbers of workers to simulate, one after the other; empty is one worker without simulated time.
        reference_accuracy: In percent; a network below it adds nothing to the hypervolume.
        output: JSON file for the figures.
        csv: CSV file for the share reached by sampler, seed and budget.
        figure: PNG file.
    """

    table: str
    sampler: tuple[str, ...] = (registry.DEFAULT,)
    trials: int | None = None
    budget: float = 100
    no_rungs: bool = False
    seeds: int = 20
    processes: int = 1
    workers: tuple[int, ...] = field(default=(), metadata={"typed": None})
    reference_accuracy: float = 80
    output: str | None = None
    csv: str | None = None
    figure: str | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "ReplayConfig":
        """The configuration that parsed options mean.

        Args:
            options: A value for every field, as the parser of `search.replay` makes it.
        Raises:
            UsageError: If a value is out of range.
        """
        values = {field.name: options[field.name] for field in fields(cls)}
        if values["reference_accuracy"] >= 100:
            raise UsageError("--reference-accuracy must be below 100 percent")
        values["sampler"] = sampler_names(values["sampler"])
        values["workers"] = tuple(values["workers"] or ())
        several = {"several samplers": len(values["sampler"]) > 1, "--csv": values["csv"], "--figure": values["figure"]}
        if len(values["workers"]) > 1 and (given := [name for name, is_given in several.items() if is_given]):
            raise UsageError(f"{' and '.join(given)} need one number of workers. Give --workers one number")
        return cls(**values)

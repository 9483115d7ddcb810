"""What a benchmark of samplers by real searches is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from search.cli.argument_types import LARGEST_SEED, LONGEST_NAME
from search.cli.sampler_names import sampler_names
from search.cli.search_config import SearchConfig
from search.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class BenchmarkConfig:
    """Searches that differ in sampler and seed alone. One search is the simplest of them.

    Attributes:
        search: The settings of the first.
        samplers: Names, each once. The others are compared with the first.
    """

    search: SearchConfig
    samplers: tuple[str, ...]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "BenchmarkConfig":
        """The configuration that parsed options mean.

        Args:
            options: As `SearchConfig.from_options` takes them.
        Raises:
            UsageError: If two options contradict each other.
        """
        config = cls(search=SearchConfig.from_options(options), samplers=sampler_names(options["sampler"]))
        if config.is_one_search and config.search.output is not None:
            raise UsageError("--output is for several searches. Give --seeds, or several names to --sampler")
        if config.seeds[-1] > LARGEST_SEED:
            raise UsageError(f"--seed and --seeds go up to seed {LARGEST_SEED:,}; got {config.seeds[-1]:,}")
        return config

    @property
    def is_one_search(self) -> bool:
        """Whether it is one search, which has the name of its study and no files."""
        return self.search.seeds is None and len(self.samplers) == 1

    @property
    def seeds(self) -> range:
        """Of the searches."""
        return range(self.search.seed, self.search.seed + (self.search.seeds or 1))

    def searches(self, name: str) -> list[SearchConfig]:
        """A search for each seed and sampler. All samplers come before the next seed, so that early results are paired.

        Args:
            name: Of the benchmark, with which the names of the studies begin.
        Raises:
            UsageError: If a study's name would be too long.
        """
        searches = [
            replace(self.search, sampler=sampler, seed=seed, study=f"{name}-{sampler}-{seed}")
            for seed in self.seeds
            for sampler in self.samplers
        ]
        if longest := [search.study for search in searches if len(search.study or "") > LONGEST_NAME]:
            raise UsageError(
                f"the name of a study has up to {LONGEST_NAME} characters; {longest[0]} has {len(longest[0])}. "
                "Give a shorter --study"
            )
        return searches

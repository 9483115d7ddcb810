"""The samplers that a benchmark compares."""

from collections.abc import Sequence

from mlflow_runs.figures.overlay import STYLES
from search.errors import UsageError
from search.quantities import counted


def sampler_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names as they were typed, each once.

    Raises:
        UsageError: If there are more than a figure can tell apart.
    """
    result = tuple(dict.fromkeys(names))
    if len(result) > len(STYLES):
        raise UsageError(f"up to {len(STYLES)} samplers can be compared; got {counted(len(result), 'sampler')}")
    return result

"""Which network next, and for how long. `KnownCostSampler` answers it for any study of Optuna's."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.optimizer.define_by_run.sampler import KnownCostSampler

__all__ = ["KnownCostSampler"]


def __getattr__(name: str) -> Any:
    """Nothing is imported before it is asked for: the commands' help needs none of it."""
    if name != "KnownCostSampler":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from search.optimizer.define_by_run.sampler import KnownCostSampler

    return KnownCostSampler

"""What a network costs, in words."""

from mlflow_runs.quantities import memory
from search.quantities import with_unit
from spaces.cost import Cost


def cost_words(cost: Cost) -> str:
    """`12.5 MFLOPs, 3.2 k parameters, 21.2 kB of RAM, 60 kB of flash`; the last two where they are known."""
    at_least = "at least " if cost.unknown else ""
    words = f"{at_least}{with_unit(cost.flops)}FLOPs, {with_unit(cost.parameters)} parameters"
    if cost.ram_bytes is None or cost.flash_bytes is None:
        return words
    return f"{words}, {memory(cost.ram_bytes)} of RAM, {memory(cost.flash_bytes)} of flash"

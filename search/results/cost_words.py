"""What a network costs, in words."""

from mlflow_runs.network_costs import memory_words
from search.quantities import with_unit
from spaces.cost import Cost


def cost_words(cost: Cost) -> str:
    """`12.5 MFLOPs, 3.2 k parameters, 21.2 kB of RAM, 60 kB of flash`; the last two where they are known."""
    at_least = "at least " if cost.unknown else ""
    counts = [f"{at_least}{with_unit(cost.flops)}FLOPs", f"{with_unit(cost.parameters)} parameters"]
    return ", ".join([*counts, *memory_words(ram_bytes=cost.ram_bytes, flash_bytes=cost.flash_bytes)])

"""What a trial's network needs, in words."""

from mlflow_runs.quantities import amount, memory
from mlflow_runs.records import TrialRecord


def network_costs(trial: TrialRecord) -> str:
    """`12.5 MFLOPs, 3.2 k parameters, 21.3 kB of RAM, 60 kB of flash`; the last two where they are known."""
    costs = [amount(trial.flops, unit="FLOPs"), f"{amount(trial.params_count)} parameters"]
    return ", ".join([*costs, *memory_words(ram_bytes=trial.ram_bytes, flash_bytes=trial.flash_bytes)])


def memory_words(*, ram_bytes: int | None, flash_bytes: int | None) -> list[str]:
    """`21.3 kB of RAM` and `60 kB of flash`, those that are known."""
    sizes = {"RAM": ram_bytes, "flash": flash_bytes}
    return [f"{memory(size)} of {kind}" for kind, size in sizes.items() if size is not None]

"""What a trial's network needs, in words."""

from mlflow_runs.quantities import amount, memory
from mlflow_runs.records import TrialRecord


def network_costs(trial: TrialRecord) -> str:
    """`12.5 MFLOPs, 3.2 k parameters, 21.3 kB of RAM, 60 kB of flash`; the last two where they are known."""
    sizes = {"RAM": trial.ram_bytes, "flash": trial.flash_bytes}
    costs = [amount(trial.flops, unit="FLOPs"), f"{amount(trial.params_count)} parameters"]
    return ", ".join(costs + [f"{memory(size)} of {kind}" for kind, size in sizes.items() if size is not None])

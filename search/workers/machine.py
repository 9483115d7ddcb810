"""How many networks a machine should train at a time, and with how many threads each."""

import os
from dataclasses import dataclass
from pathlib import Path

from search.training import environment

MOST_PROCESSES = 8
"""On a CPU. With more cores, workers get more threads instead: the sampler learns from results before it proposes."""

NVIDIA_GPUS = Path("/proc/driver/nvidia/gpus")


@dataclass(frozen=True)
class Plan:
    """The workers of a machine.

    Attributes:
        workers: Processes, each of which trains one network at a time.
        threads: Threads of each process.
        gpus: Names of the GPUs, as CUDA takes them, assigned to the workers in turn; empty for the CPU.
    """

    workers: int
    threads: int
    gpus: tuple[str, ...] = ()

    def words(self) -> str:
        """The plan in a few words."""
        where = f", {len(self.gpus)} GPU" + "s" * (len(self.gpus) > 1) if self.gpus else ""
        workers = "1 worker" if self.workers == 1 else f"{self.workers} workers"
        return f"{workers} of {self.threads} thread" + "s" * (self.threads > 1) + where


def plan(workers: int | None = None, *, cores: int | None = None, gpus: tuple[str, ...] | None = None) -> Plan:
    """Divide the machine among workers.

    By default there is one process for each GPU, or, without a GPU, one process of one thread for each core. Small
    networks leave a second thread idle for much of the time: two processes of one thread train 1.2 to 1.5 times as much
    as one process of two threads.

    Args:
        workers: How many, if the user has decided.
        cores: How many this process may use; None finds out.
        gpus: Their names; None finds out.
    """
    cores = cores or environment.cores()
    gpus = _gpus() if gpus is None else gpus
    workers = workers or len(gpus) or min(cores, MOST_PROCESSES)
    return Plan(workers, max(1, cores // workers), gpus)


def _gpus() -> tuple[str, ...]:
    """The GPUs that `CUDA_VISIBLE_DEVICES` names, or else all that the driver lists."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return tuple(name for name in visible.split(",") if name.strip() not in ("", "-1"))
    try:
        return tuple(str(index) for index, _ in enumerate(NVIDIA_GPUS.iterdir()))
    except OSError:
        return ()

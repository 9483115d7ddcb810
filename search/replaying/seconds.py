"""How long a simulated training takes: a model that was fitted to real trainings."""

from dataclasses import dataclass

import numpy as np

from search.workers.messages import Job

POWER, SPREAD = 0.8, 0.5
"""Seconds of an epoch grow as multiply-adds to this power; standard deviation of their logarithm around the model.

Fitted to the second epochs of 27 random networks of the hybrid space, 1.4 to 12.4 M multiply-adds, on 6,000 images of
CIFAR-10 with one worker, two cores that others worked on too (0.80 and 0.47, 25 November 2026):

    python -m search.run --sampler random --no-rungs --epochs 2 --train-limit 6000 --trials 30 --workers 1
"""


@dataclass(frozen=True)
class EpochSeconds:
    """Seconds of a training: its epochs, times a power of the network's multiply-adds, times log-normal noise.

    Attributes:
        seed: Of the noise. Trainings of the same network to the same epochs always take the same time.
        unit: Multiply-adds of a network whose epoch takes one second.
        power: See `POWER`.
        spread: See `SPREAD`.
    """

    seed: int
    unit: float
    power: float = POWER
    spread: float = SPREAD

    def __call__(self, job: Job) -> float:
        """Seconds of a job."""
        epochs, row = job.milestones[-1], job.architecture.row
        noise = np.random.default_rng((self.seed, row, epochs)).lognormal(-(self.spread**2) / 2, self.spread)
        return epochs * (job.architecture.cost().multiply_adds / self.unit) ** self.power * noise


def unit_of(macs: np.ndarray, *, power: float = POWER) -> float:
    """Multiply-adds of a network whose epoch takes as long as the mean of some networks.

    Args:
        macs: Multiply-adds of these networks: array of shape (n,).
        power: See `POWER`.
    """
    return float(np.mean(macs**power) ** (1 / power))

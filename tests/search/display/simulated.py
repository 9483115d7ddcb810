"""A search without networks: the real study and the real loop, workers that compute when they would have ended."""

import hashlib

import numpy as np
import optuna

from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder
from search.optimizer.study.opening import open_study
from search.training.recipe import ONE_CYCLE
from search.workers.loop import run
from search.workers.messages import EpochDone, JobDone
from tests.toy_space import ToySpace

IMAGES = 1000
PREPARING = 6.0  # seconds of a job before its first epoch


class SimulatedPool:
    """Workers of a made-up machine, whose time is `now`: it stands still but for the next thing that happens."""

    def __init__(self, workers):
        self.workers, self.now, self.coming, self.busy = workers, 0.0, [], 0

    def clock(self):
        return self.now

    @property
    def free(self):
        return self.workers - self.busy

    def start(self, job):
        self.busy += 1
        ended = self.now + PREPARING
        for epoch in range(job.resume_from + 1, job.milestones[-1] + 1):
            seconds = epoch_seconds(job.architecture) * (0.9 + 0.2 * chance(job.architecture, "speed", epoch))
            ended += seconds
            result = (epoch, accuracy(job.architecture, epoch), 1.0, 0.1, seconds, IMAGES / seconds, 1.0, 0.5)
            self.coming.append((ended, EpochDone(job.trial, result)))
        reached = accuracy(job.architecture, job.milestones[-1])
        self.coming.append((ended, JobDone(job.trial, reached, ended - self.now)))

    def events(self, *, timeout):
        self.coming.sort(key=lambda pair: pair[0])
        self.now, event = self.coming.pop(0)
        self.busy -= isinstance(event, JobDone)
        yield event


def chance(network, *what):
    """A number from 0 to 1 that hangs on the network alone."""
    return int(hashlib.sha256(repr((network.widths, *what)).encode()).hexdigest()[:8], 16) / 2**32


def epoch_seconds(network):
    """From about 2 to 15: a power of the cost, as on a machine that small networks do not fill."""
    return 2.0 * (network.cost().multiply_adds / 2400) ** 0.7


def accuracy(network, epochs):
    """More for wide networks and for more epochs, and for those that grow wider; wide ones learn slowly; some luck."""
    first, middle, last = np.log2(np.array(network.widths) / 8)
    awkward = 0.12 * (middle - first - 1) ** 2 + 0.04 * (last - middle - 1) ** 2
    best = (1 + awkward) / np.log2(sum(network.widths))
    late = (0.5 + 0.1 * middle) / epochs
    return float(1 - min(0.95, best * (1 + late) * (0.98 + 0.04 * chance(network, "luck", epochs))))


def opened(*, sampler="known-cost", rungs=(1, 3, 9), seed=0, **other):
    """A new study of made-up networks, of which there are about a hundred thousand."""
    space = ToySpace(tuple(round(8 * 2 ** (step / 10)) for step in range(46)))
    problem = Problem(space, Ladder(rungs), **other)
    storage = optuna.storages.InMemoryStorage()
    return open_study("toy", problem, storage=storage, sampler=sampler, seed=seed, settings={})


def searched(study, pool, *, total, watch=lambda event: None, stop=lambda: False):
    """Search it to the end."""
    run(study, pool, total=total, recipe=ONE_CYCLE, watch=watch, stop=stop)
    return study

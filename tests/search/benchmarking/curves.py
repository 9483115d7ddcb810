"""Made-up benchmarks."""

import numpy as np

from search.benchmarking import FULL_TRAININGS, SHARE_OF_TRUE_FRONT, Benchmark, Curve


def made_curve(sampler, seed, *, trainings=12, is_finished=True, total=None):
    """A curve that rises at random."""
    random = np.random.default_rng((len(sampler), seed))
    spent = np.cumsum(random.uniform(0.3, 1.5, trainings))
    rises = np.sort(random.uniform(0.2, 1, trainings))
    total = spent[-1] if total is None else total
    return Curve(sampler, seed, {FULL_TRAININGS: spent}, rises, {FULL_TRAININGS: total}, is_finished)


def made_benchmark(*samplers, seeds=4, **options):
    curves = [made_curve(sampler, seed, **options) for seed in range(seeds) for sampler in samplers]
    return Benchmark("made up", samplers, curves, SHARE_OF_TRUE_FRONT)

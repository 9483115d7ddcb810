"""Several seeds of several samplers as one result: means, paired differences, a tidy table and a figure."""

from search.benchmarking.benchmark import SHARE_OF_RECTANGLE, SHARE_OF_TRUE_FRONT, Benchmark, Measure
from search.benchmarking.curve import EPOCHS, FULL_TRAININGS, SECONDS, Curve

__all__ = [
    "EPOCHS",
    "FULL_TRAININGS",
    "SECONDS",
    "SHARE_OF_RECTANGLE",
    "SHARE_OF_TRUE_FRONT",
    "Benchmark",
    "Curve",
    "Measure",
]

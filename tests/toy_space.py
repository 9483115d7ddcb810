"""A made-up space whose accuracies come from widths, so that a hundred trials take a moment."""

import dataclasses
import hashlib
import itertools

import numpy as np


@dataclasses.dataclass(frozen=True)
class ToyCost:
    multiply_adds: int
    ram_bytes: int
    flash_bytes: int

    @property
    def flops(self):
        return 2 * self.multiply_adds

    @property
    def parameters(self):
        return self.multiply_adds // 10

    ram_bytes = flash_bytes = None


@dataclasses.dataclass(frozen=True)
class ToyNetwork:
    widths: tuple

    @property
    def key(self):
        return hashlib.sha256(repr(self.widths).encode()).hexdigest()[:16]

    @property
    def function_key(self):
        return self.key

    def cost(self):
        return ToyCost(
            multiply_adds=sum(width * 100 for width in self.widths),
            ram_bytes=10 * max(self.widths),
            flash_bytes=1000 + sum(left * right for left, right in itertools.pairwise(self.widths)),
        )

    def words(self):
        return " ".join(map(str, self.widths))

    def to_dict(self):
        return {"widths": list(self.widths)}


class ToySpace:
    classes = 10

    def __init__(self, widths=(8, 16, 32, 64)):
        self.widths = widths

    def architecture(self, hp):
        return ToyNetwork(tuple(hp.Choice(f"width{layer}", self.widths) for layer in (1, 2, 3)))

    def start_points(self):
        return {"Small": {f"width{layer}": self.widths[0] for layer in (1, 2, 3)}}


def fake_accuracy(network):
    return 1 - 1 / np.log(sum(network.widths) + 3)

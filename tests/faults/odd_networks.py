"""A space of small networks, some of which have a fault: they don't train, hang, or can't be built or described."""

import resource
import time
from dataclasses import dataclass
from pathlib import Path

from spaces.architecture import Architecture
from spaces.blocks import MaxPool, StandardConv
from spaces.heads import GlobalAverageHead

KINDS = ("sound", "not a number", "hangs", "can't be built", "too large", "starves", "can't be described")

MEMORY_LEFT = 300_000_000
"""Bytes that a process may use beyond what it has when it builds a network that runs out of memory."""


@dataclass(frozen=True)
class OddNetwork:
    """A small network with a fault.

    Attributes:
        sound: The network without the fault.
        kind: Kind of the fault: one of `KINDS`.
    """

    sound: Architecture
    kind: str

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.sound.key}"

    @property
    def function_key(self) -> str:
        return self.key

    def cost(self):
        return self.sound.cost()

    def words(self) -> str:
        return f"{self.sound.words()} ({self.kind})"

    def to_dict(self):
        return self.sound.to_dict()

    def build(self):
        _, hard_limit = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard_limit, hard_limit))  # An earlier network may have lowered it.
        if self.kind == "hangs":
            time.sleep(10_000)
        if self.kind == "can't be built":
            raise KeyError("a layer of the user's")
        if self.kind == "too large":
            bytearray(10**15)
        if self.kind == "starves":
            in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (in_use + MEMORY_LEFT, hard_limit))
            return Architecture((32, 32, 3), (StandardConv(512),) * 4, GlobalAverageHead(10)).build()
        model = self.sound.build()
        if self.kind == "not a number":
            kernel = model.get_layer("logits").kernel
            kernel.assign(kernel * float("nan"))
        return model


class OddSpace:
    """Networks of five widths with some kinds of faults.

    Args:
        kinds: Some of `KINDS`.
    """

    name, classes = "odd", 10

    def __init__(self, kinds=KINDS) -> None:
        self._kinds = kinds

    def architecture(self, hp) -> OddNetwork:
        kind = hp.Choice("kind", self._kinds)
        if kind == "can't be described":
            return {}["no such block"]
        filters = hp.Choice("filters", (4, 5, 6, 7, 8))
        blocks = (StandardConv(filters, strides=4), MaxPool())
        return OddNetwork(Architecture((32, 32, 3), blocks, GlobalAverageHead(10)), kind)

    def start_points(self):
        return {kind: {"kind": kind, "filters": 4} for kind in self._kinds}

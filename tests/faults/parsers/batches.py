"""CIFAR-10's files."""

import pickle
from functools import cache
from pathlib import Path
from random import Random

from tests.faults.hostile_files import pickles_that_never_end, pickles_that_run_code
from tests.faults.mutations import Case, mutated, opcodes_shuffled

ROWS = 40  # images of a batch here


@cache
def _batches() -> tuple[bytes, ...]:
    import numpy as np

    planes = np.random.default_rng(0).integers(0, 256, (ROWS, 3072), dtype=np.uint8)
    batch = {b"labels": [row % 10 for row in range(ROWS)], b"data": planes, b"filenames": [b"a.png"] * ROWS}
    return tuple(pickle.dumps(batch, protocol=protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1))


def batches(random: Random, number: int, folder: Path) -> Case:
    """CIFAR-10's files: pickles that would run code or never end, and mutated ones."""
    from search.training.datasets import batch_file

    batch_file.ROWS = ROWS
    mark = folder / "mark"
    hostile = [*pickles_that_run_code(str(mark)), *pickles_that_never_end()]
    if number < len(hostile):
        content = hostile[number]
    elif random.random() < 0.2:
        content = mutated(random, random.choice(hostile))
    elif random.random() < 0.5:
        content = opcodes_shuffled(random, random.choice(_batches()[2:]))
    else:
        whole = random.choice(_batches())
        pixels = whole.find(b"data") + 200  # Pixels may have any value, so what is around them is damaged.
        content = mutated(random, whole[:pixels]) + whole[pixels:-400] + mutated(random, whole[-400:])
    file = folder / "data_batch_1"
    file.write_bytes(content)

    def read() -> None:
        try:
            images, labels = batch_file.read_batch(file)
            assert images.shape == (ROWS, 32, 32, 3) and set(labels.tolist()) <= set(range(10))
        finally:
            assert not mark.exists(), "the pickle ran its code"

    return content, read

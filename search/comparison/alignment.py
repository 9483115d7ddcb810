"""Which steps of several networks stand opposite each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.comparison.steps import Stage, Step

ANY_PAIR, SAME_FILTERS, SAME_WINDOW, SAME_INPUT = 1000, 4, 2, 1
"""Worth of two steps opposite each other. As many as possible are; of several ways, the one of most similar steps."""


@dataclass(frozen=True)
class AlignedRow:
    """Steps that stand opposite each other, at the same size of the feature maps or all in the head.

    Attributes:
        steps: One for each network; None where a network has none here.
    """

    steps: tuple[Step | None, ...]

    @property
    def stage(self) -> Stage:
        """Of all its steps."""
        return next(step.stage for step in self.steps if step)


def align(networks: Sequence[Sequence[Step]]) -> list[AlignedRow]:
    """Rows that hold every step once, in the order of each network.

    Networks are added one by one. Each time the total worth of all pairs is the largest possible, as in the alignment
    of sequences (Needleman, Wunsch, 1970).

    Args:
        networks: The steps of each network.
    """
    rows: list[AlignedRow] = []
    for index, steps in enumerate(networks):
        nothing = (None,) * index
        rows = [AlignedRow((*(row.steps if row else nothing), step)) for row, step in _pairs(rows, steps)]
    return rows


def _pairs(rows: Sequence[AlignedRow], steps: Sequence[Step]) -> list[tuple[AlignedRow | None, Step | None]]:
    """Rows and steps in order, opposite each other or alone."""
    best = [[0] * (len(steps) + 1) for _ in range(len(rows) + 1)]  # Worth of what follows.
    for i in reversed(range(len(rows))):
        for j in reversed(range(len(steps))):
            worth = _worth(rows[i], steps[j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], worth and worth + best[i + 1][j + 1])
    pairs: list[tuple[AlignedRow | None, Step | None]] = []
    i = j = 0
    while i < len(rows) and j < len(steps):
        worth = _worth(rows[i], steps[j])
        if worth and best[i][j] == worth + best[i + 1][j + 1]:
            pairs.append((rows[i], steps[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j] and (
            best[i][j] != best[i][j + 1] or _size(rows[i].stage) >= _size(steps[j].stage)
        ):
            pairs.append((rows[i], None))
            i += 1
        else:
            pairs.append((None, steps[j]))
            j += 1
    return [*pairs, *((row, None) for row in rows[i:]), *((None, step) for step in steps[j:])]


def _worth(row: AlignedRow, step: Step) -> int:
    """Of a step in a row; 0 if it can't stand there."""
    return max(_similarity(other, step) for other in row.steps if other)


def _similarity(one: Step, other: Step) -> int:
    if _place(one) != _place(other):
        return 0
    return (
        ANY_PAIR
        + SAME_FILTERS * (one.filters == other.filters)
        + SAME_WINDOW * (one.kernel_size == other.kernel_size)
        + SAME_INPUT * (one.input_channels == other.input_channels)
    )


def _place(step: Step) -> tuple[Stage, int, bool]:
    """What steps must have in common: a window, a 1x1 convolution and a dense layer do not do the same."""
    return step.stage, len(step.output_shape), step.kernel_size == 1


def _size(stage: Stage) -> int:
    """Larger maps come first; the head comes last."""
    return 0 if stage == "head" else max(stage)

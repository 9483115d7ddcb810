"""Rungs in words: epochs, and the steps that these are."""

from collections.abc import Sequence

from search.quantities import counted


def rung_words(rungs: Sequence[int], steps_per_epoch: int) -> str:
    """As in "1, 3 and 9 epochs (352, 1,056 and 3,168 steps)"."""
    return f"{_joined(rungs, 'epoch')} ({_joined([rung * steps_per_epoch for rung in rungs], 'step')})"


def _joined(numbers: Sequence[int], thing: str) -> str:
    *first, last = numbers
    return " and ".join(part for part in (", ".join(f"{one:,}" for one in first), counted(last, thing)) if part)

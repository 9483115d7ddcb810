"""What failed trials have in common: when one fails after the other, the cause is seldom the networks."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from optuna.trial import FrozenTrial

from search.errors import SearchError
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import flops_of, has_cost

SHOWN_CHOICES = 4


class TooManyFailures(SearchError):
    """Trials have failed one after the other."""


def in_common(failed: Sequence[FrozenTrial], others: Sequence[FrozenTrial]) -> str:
    """The reason, choices and cost that failed trials share and others don't, in sentences.

    Args:
        failed: One or more.
        others: Trials that have trained.
    """
    sentences = [_reason(failed), _choices(failed, others), _cost(failed, others)]
    return " ".join(sentence for sentence in sentences if sentence)


def _reason(failed: Sequence[FrozenTrial]) -> str:
    (reason, count), *rest = Counter(trial.user_attrs.get(attr.REASON, "unknown") for trial in failed).most_common()
    how_often = "Each time" if not rest else f"{count} times of {len(failed)}"
    return f"{how_often}: {reason.rstrip('.')}."


def _choices(failed: Sequence[FrozenTrial], others: Sequence[FrozenTrial]) -> str:
    shared = _shared(failed)
    shared_by_others = _shared(others) if others else {}
    distinctive = [f"{name} = {value!r}" for name, value in shared.items() if name not in shared_by_others]
    if len(failed) < 2 or not distinctive:
        return ""
    more = f" and {len(distinctive) - SHOWN_CHOICES} more" if len(distinctive) > SHOWN_CHOICES else ""
    return f"All have {', '.join(distinctive[:SHOWN_CHOICES])}{more}."


def _shared(trials: Sequence[FrozenTrial]) -> dict[str, Any]:
    """Choices that are the same in all."""
    first, *rest = (trial.params for trial in trials)
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in rest)}


def _cost(failed: Sequence[FrozenTrial], others: Sequence[FrozenTrial]) -> str:
    of_failed = [flops_of(trial) for trial in failed if has_cost(trial)]
    of_others = [flops_of(trial) for trial in others if has_cost(trial)]
    if len(of_failed) < len(failed) or not of_others or min(of_failed) <= max(of_others):
        return ""
    return f"All cost more than any network that has trained: {min(of_failed):,} FLOPs or more."

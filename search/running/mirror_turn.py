"""Whose turn it is to write a study into MLflow, where several searches work on it."""

import time
from typing import Any

import optuna

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import is_dead, this_process

SECONDS_UNTIL_STALE = 600.0
"""A search on another machine that was silent for so long has ended without a word."""

SECONDS_BETWEEN_SIGNS = 60.0


class MirrorTurn:
    """Of the searches that work on a study, one at a time writes it into MLflow: two at once would make double runs.

    Args:
        study: Optuna's, whose storage all of them share.
    """

    def __init__(self, study: optuna.Study) -> None:
        self._study, self._me = study, this_process()
        self._signed = -float("inf")  # on the monotonic clock

    def take(self) -> bool:
        """Whether it is this search's turn, which it then is until `leave`."""
        if self.is_anothers():
            return False
        mine = self._holder().get("owner") == self._me
        if not mine or time.monotonic() - self._signed > SECONDS_BETWEEN_SIGNS:
            self._study.set_user_attr(attr.MIRROR, {"owner": self._me, "at": time.time()})
            self._signed = time.monotonic()
        return True

    def leave(self) -> None:
        """Let another search have its turn."""
        if self._holder().get("owner") == self._me:
            self._study.set_user_attr(attr.MIRROR, {})

    def is_anothers(self) -> bool:
        """Whether another search has it, and still lives."""
        holder = self._holder()
        return bool(holder) and holder["owner"] != self._me and not _is_gone(holder)

    def _holder(self) -> dict[str, Any]:
        return self._study.user_attrs.get(attr.MIRROR, {})


def _is_gone(holder: dict) -> bool:
    return is_dead(holder["owner"]) or time.time() - holder["at"] > SECONDS_UNTIL_STALE

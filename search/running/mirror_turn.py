"""Which search writes a study into MLflow, where several work on it."""

import time
from typing import Any

import optuna

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import is_dead, this_process

SECONDS_UNTIL_STALE = 600.0
"""After so long without a heartbeat, a search on another machine counts as dead."""

SECONDS_BETWEEN_HEARTBEATS = 60.0


class MirrorTurn:
    """One search at a time writes a study into MLflow. Two at once would make two runs for each trial.

    Args:
        study: Optuna's, in the storage that all searches share.
    """

    def __init__(self, study: optuna.Study) -> None:
        self._study, self._process = study, this_process()
        self._last_heartbeat = -float("inf")  # on the monotonic clock

    def take(self) -> bool:
        """Whether it is this search's turn. It then is until `leave`."""
        if self.is_anothers():
            return False
        is_ours = self._holder().get("owner") == self._process
        if not is_ours or time.monotonic() - self._last_heartbeat > SECONDS_BETWEEN_HEARTBEATS:
            self._study.set_user_attr(attr.MIRROR, {"owner": self._process, "at": time.time()})
            self._last_heartbeat = time.monotonic()
        return True

    def leave(self) -> None:
        """Let another search have its turn."""
        if self._holder().get("owner") == self._process:
            self._study.set_user_attr(attr.MIRROR, {})

    def is_anothers(self) -> bool:
        """Whether it is the turn of another search that is still alive."""
        holder = self._holder()
        return bool(holder) and holder["owner"] != self._process and not _is_dead(holder)

    def _holder(self) -> dict[str, Any]:
        return self._study.user_attrs.get(attr.MIRROR, {})


def _is_dead(holder: dict[str, Any]) -> bool:
    return is_dead(holder["owner"]) or time.time() - holder["at"] > SECONDS_UNTIL_STALE

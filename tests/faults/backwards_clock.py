"""Searches with fake trainings whose clock goes backwards: each time it is read, it shows a minute less.

    python -m tests.faults.backwards_clock FOLDER TRIALS [TRIALS ...]

The second search continues the first, and so on. At the end it prints how often the clock was read.
"""

import datetime
import itertools
import sys
import time
from pathlib import Path

_real_datetime = datetime.datetime
_reads = itertools.count()


class _AnyDatetime(type):
    def __instancecheck__(cls, instance) -> bool:
        return isinstance(instance, _real_datetime)


class BackwardsDatetime(_real_datetime, metaclass=_AnyDatetime):
    """Takes the place of `datetime.datetime`; real date-times count as instances."""

    @classmethod
    def now(cls, tz=None):
        """A minute less than the last time."""
        return _real_datetime(2026, 1, 1, tzinfo=tz) - datetime.timedelta(minutes=next(_reads))


def replace_clocks() -> None:
    """From now on the clocks of this process go backwards: Optuna's, which reads `datetime`, and `time.time`."""
    import mlflow  # noqa: F401  It imports C code, which needs the real class.
    import pandas  # noqa: F401  Likewise.

    assert "optuna" not in sys.modules, "Optuna has the real clock already"
    datetime.datetime = BackwardsDatetime
    try:
        import optuna.storages  # noqa: F401
    finally:
        datetime.datetime = _real_datetime
    time.time = lambda: 1.7e9 - 60 * next(_reads)


def main() -> None:
    """Replace the clocks and search."""
    replace_clocks()
    from tests.faults.fake_search import search

    for trials in sys.argv[2:]:
        assert search(Path(sys.argv[1]), trials=int(trials)) == 0
    print(next(_reads))


if __name__ == "__main__":
    main()

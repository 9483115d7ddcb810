"""How many threads linear algebra may use while a decision is made."""

import functools
from contextlib import AbstractContextManager
from typing import Any

from threadpoolctl import ThreadpoolController


@functools.cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """Within it, linear algebra runs on one thread: the matrices are small, and more would wait for each other."""
    limits: AbstractContextManager[Any] = _threads().limit(limits=1)
    return limits

"""How many threads linear algebra may use while a decision is made."""

import functools

from threadpoolctl import ThreadpoolController


@functools.cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread():
    """Within it, linear algebra runs on one thread: the matrices are small, and more would wait for each other."""
    return _threads().limit(limits=1)

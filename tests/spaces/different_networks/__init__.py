"""Networks that build different functions, for the tests of their keys.

Each network is a function from a tensor of shape (6, 6, 4) to one of any shape. Of all networks of a family, no two
compute the same, or learn in the same way.
"""

from tests.spaces.different_networks.operations import OPERATIONS
from tests.spaces.different_networks.settings import SETTINGS
from tests.spaces.different_networks.untold import FACTORS, UNTOLD

__all__ = ["FACTORS", "TOLD", "UNTOLD"]

TOLD = OPERATIONS | SETTINGS
"""Families of networks that the built model tells apart."""

"""The spaces by name."""

from spaces.hybrid import HybridSpace
from spaces.mobile import MobileSpace

SPACES = {space.name: space for space in (HybridSpace, MobileSpace)}

"""Our own spaces by name."""

from spaces.hybrid import HybridSpace
from spaces.mobile import MobileSpace

SPACES: dict[str, type[HybridSpace] | type[MobileSpace]] = {space.name: space for space in (HybridSpace, MobileSpace)}

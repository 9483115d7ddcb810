"""Our own spaces by name."""

from spaces.hybrid import HybridSpace

SPACES: dict[str, type[HybridSpace]] = {space.name: space for space in (HybridSpace,)}

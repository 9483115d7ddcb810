"""The boards on which an exported network fits."""

from collections.abc import Sequence

from search.devices.boards import BOARDS, Board
from spaces.cost import Cost


def fitting_boards(
    cost: Cost, *, arena_bytes: int | None = None, file_bytes: int | None = None
) -> Sequence[Board] | None:
    """Boards with enough free RAM and flash; None where what the network needs is unknown.

    Args:
        cost: The network's.
        arena_bytes: The whole arena, tensors and persistent buffers, if it was measured.
        file_bytes: Size of the int8 file, if it was written.
    """
    flash_bytes = cost.flash_bytes if file_bytes is None else file_bytes
    if flash_bytes is None:
        return None
    if arena_bytes is not None:
        return [each for each in BOARDS.values() if each.fits_arena(arena_bytes=arena_bytes, flash_bytes=flash_bytes)]
    if cost.ram_bytes is None:
        return None
    return [each for each in BOARDS.values() if each.fits(ram_bytes=cost.ram_bytes, flash_bytes=flash_bytes)]


def fit_words(boards: Sequence[Board] | None, *, measured: bool) -> str:
    """The boards in a sentence, and how that is known; empty where it is unknown."""
    if boards is None:
        return ""
    names = ", ".join(board.title for board in boards)
    known = "by its measured arena" if measured else "by arithmetic"
    return f"It fits on {names} ({known})." if boards else f"It fits on none of the known boards ({known})."

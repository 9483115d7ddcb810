"""Boards against their data sheets' figures, and what is left of them for a network."""

import re
from pathlib import Path

import pytest

from search.devices.boards import BOARDS, board_named, boards_that_fit, fits_words, limits

SHEETS = {  # name to kilobytes of RAM in one block and of flash
    "nucleo-l432kc": (64, 256),
    "nucleo-f446re": (128, 512),
    "nano-33-ble-sense": (256, 1024),
    "pico": (264, 2048),
    "stm32f746g-disco": (320, 1024),
    "esp32-s3-devkitc-1": (512, 8192),
    "nucleo-h743zi": (512, 2048),
}
README = Path(__file__).parents[3] / "search" / "README.md"


def test_figures_are_those_of_the_data_sheets():
    assert {name: (board.ram_bytes / 1024, board.flash_bytes / 1024) for name, board in BOARDS.items()} == SHEETS
    assert all(re.fullmatch(r"https://(www\.)?[a-z.]+/\S+", board.source) for board in BOARDS.values())
    assert len({board.short for board in BOARDS.values()}) == len(BOARDS)


@pytest.mark.parametrize(
    ("name", "arena", "ram", "flash"), [("nucleo-l432kc", 48, 36, 128), ("nano-33-ble-sense", 128, 96, 512)]
)
def test_a_part_is_for_the_network(name, arena, ram, flash):
    board = board_named(name)
    assert [size / 1024 for size in (board.arena_bytes, board.max_ram, board.max_flash)] == [arena, ram, flash]


def test_a_network_fits_up_to_the_last_byte():
    board = BOARDS["nucleo-l432kc"]
    assert board.fits(ram_bytes=36 * 1024, flash_bytes=128 * 1024)
    assert not board.fits(ram_bytes=36 * 1024 + 1, flash_bytes=1)
    assert not board.fits(ram_bytes=1, flash_bytes=128 * 1024 + 1)
    assert board.fits_arena(arena_bytes=48 * 1024, flash_bytes=1)
    assert not board.fits_arena(arena_bytes=48 * 1024 + 1, flash_bytes=1)


@pytest.mark.parametrize(
    ("ram", "flash", "words"),
    [(1, 1, "all"), (40, 1, "all but l432"), (1, 300, "all but l432 f446"), (190, 400, "esp32s3 h743"), (400, 1, "-")],
)
def test_boards_are_shown_in_short(ram, flash, words):
    assert fits_words(boards_that_fit(ram_bytes=ram * 1024, flash_bytes=flash * 1024)) == words


def test_a_board_has_two_names():
    assert board_named("L432") is board_named("nucleo-l432kc")
    with pytest.raises(ValueError, match=r"^must be one of the boards nucleo-l432kc, .*; got 'uno'$"):
        board_named("uno")


def test_limits_that_are_given_count():
    assert limits(None, max_ram=None, max_flash=5) == {"max_ram": None, "max_flash": 5}
    assert limits("l432", max_ram=None, max_flash=None) == {"max_ram": 36 * 1024, "max_flash": 128 * 1024}
    assert limits("l432", max_ram=7, max_flash=None) == {"max_ram": 7, "max_flash": 128 * 1024}


def test_the_readme_lists_them_as_they_are():
    text = README.read_text(encoding="utf-8")
    for board in BOARDS.values():
        sizes = f"{board.ram_bytes // 1024:,} kB | {board.flash_bytes // 1024:,} kB"
        free = f"{board.max_ram / 1024:g} kB | {board.max_flash // 1024:,} kB"
        row = f"| `{board.name}` | `{board.short}` | [{board.title}]({board.source}) | {sizes} | {free} |"
        assert row in text.splitlines()

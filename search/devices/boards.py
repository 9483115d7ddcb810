"""Common boards with a microcontroller: how much RAM and flash they have, and what of it a network may take.

A kilobyte here is 1,024 bytes, as in the data sheets. RAM is the largest block that one array can lie in, since the
interpreter's arena is one array. External RAM is left out: it is many times slower.
"""

from dataclasses import dataclass

from spaces.validation import given

KILOBYTE = 1024

FLASH_SHARE = 1 / 2
"""Of flash, for the network's file. The rest is for the firmware and the interpreter's code, some tens of kilobytes."""

PERSISTENT_SHARE = 1 / 4
"""Of the arena, for persistent buffers of TensorFlow Lite Micro: structures of operators, two numbers a channel.

Measured in ten networks of the space `hybrid` that nearly fill five of these boards: 12 to 38 kB on a 64-bit machine.
With pointers of 32 bits that is 10 to 34 kB, at most 25 % of the arena: so much on the two smallest boards.
"""

WITHOUT_RADIO, WITH_RADIO = 3 / 4, 1 / 2
"""Of RAM, for the arena. The rest is for the stack, drivers and a camera's buffer; with a radio, also for its software
and an operating system."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board and what it leaves to a network.

    Attributes:
        name: By which a person chooses it.
        short: The same in a few letters, for tables.
        title: Board and microcontroller.
        ram_bytes: The largest block of internal RAM.
        flash_bytes: Flash from which a program can read a constant array.
        arena_share: Share of RAM that is free for the interpreter's arena.
        source: Address of the data sheet.
    """

    name: str
    short: str
    title: str
    ram_bytes: int
    flash_bytes: int
    arena_share: float = WITHOUT_RADIO
    source: str

    @property
    def arena_bytes(self) -> int:
        """RAM for the whole arena: tensors and persistent buffers."""
        return int(self.ram_bytes * self.arena_share)

    @property
    def max_ram(self) -> int:
        """RAM for tensors."""
        return int(self.arena_bytes * (1 - PERSISTENT_SHARE))

    @property
    def max_flash(self) -> int:
        """Flash for the network's file."""
        return int(self.flash_bytes * FLASH_SHARE)

    def fits(self, *, ram_bytes: int, flash_bytes: int) -> bool:
        """Whether a network fits.

        Args:
            ram_bytes: RAM of its tensors.
            flash_bytes: Size of its int8 file.
        """
        return ram_bytes <= self.max_ram and flash_bytes <= self.max_flash

    def fits_arena(self, *, arena_bytes: int, flash_bytes: int) -> bool:
        """Whether a network fits whose whole arena was measured. On a 64-bit machine it is larger than on the board."""
        return arena_bytes <= self.arena_bytes and flash_bytes <= self.max_flash


_BOARDS = (
    Board(
        name="nucleo-l432kc",
        short="l432",
        title="ST Nucleo-L432KC (STM32L432KC)",
        ram_bytes=64 * KILOBYTE,
        flash_bytes=256 * KILOBYTE,
        source="https://www.st.com/resource/en/datasheet/stm32l432kc.pdf",
    ),
    Board(
        name="nucleo-f446re",
        short="f446",
        title="ST Nucleo-F446RE (STM32F446RE)",
        ram_bytes=128 * KILOBYTE,
        flash_bytes=512 * KILOBYTE,
        source="https://www.st.com/resource/en/datasheet/stm32f446re.pdf",
    ),
    Board(
        name="nano-33-ble-sense",
        short="nano33",
        title="Arduino Nano 33 BLE Sense (nRF52840)",
        ram_bytes=256 * KILOBYTE,
        flash_bytes=1024 * KILOBYTE,
        arena_share=WITH_RADIO,
        source="https://docs.arduino.cc/hardware/nano-33-ble-sense",
    ),
    Board(
        name="pico",
        short="pico",
        title="Raspberry Pi Pico (RP2040)",
        ram_bytes=264 * KILOBYTE,
        flash_bytes=2048 * KILOBYTE,
        source="https://datasheets.raspberrypi.com/pico/pico-datasheet.pdf",
    ),
    Board(
        name="stm32f746g-disco",
        short="f746",
        title="ST STM32F746G-DISCO (STM32F746NG)",
        ram_bytes=320 * KILOBYTE,  # without 16 kB for instructions and 4 kB of backup
        flash_bytes=1024 * KILOBYTE,
        source="https://www.st.com/resource/en/datasheet/stm32f746ng.pdf",
    ),
    Board(
        name="esp32-s3-devkitc-1",
        short="esp32s3",
        title="Espressif ESP32-S3-DevKitC-1, 8 MB (ESP32-S3)",
        ram_bytes=512 * KILOBYTE,
        flash_bytes=8192 * KILOBYTE,
        arena_share=WITH_RADIO,
        source="https://www.espressif.com/sites/default/files/documentation/esp32-s3_datasheet_en.pdf",
    ),
    Board(
        name="nucleo-h743zi",
        short="h743",
        title="ST Nucleo-H743ZI (STM32H743ZI)",
        ram_bytes=512 * KILOBYTE,  # of 1 MB: no other block is as large
        flash_bytes=2048 * KILOBYTE,
        source="https://www.st.com/resource/en/datasheet/stm32h743zi.pdf",
    ),
)

BOARDS = {board.name: board for board in _BOARDS}
"""Boards by name, the one with the least RAM for a network first."""

ASSUMED_FREE = (
    f"Fits: a network may take {100 * WITHOUT_RADIO:.0f} % of a board's RAM ({100 * WITH_RADIO:.0f} % with a radio) "
    f"and {100 * FLASH_SHARE:.0f} % of its flash. {100 * PERSISTENT_SHARE:.0f} % of that RAM is for the interpreter's "
    "persistent buffers."
)
"""What is assumed of all boards, in sentences."""


def board_named(name: str) -> Board:
    """The board of a name, in full or short.

    Raises:
        ValueError: If there is none. It lists those that there are.
    """
    for board in BOARDS.values():
        if name.lower() in (board.name, board.short):
            return board
    raise ValueError(f"must be one of the boards {', '.join(BOARDS)}; got {given(name)}")


def limits(target: str | None, *, max_ram: int | None, max_flash: int | None) -> dict[str, int | None]:
    """The limits of RAM and flash by name: those that are given, otherwise those of a board.

    Args:
        target: The board's name; None for no board.
        max_ram, max_flash: In bytes; None where none is given.
    """
    board = None if target is None else board_named(target)
    return {
        "max_ram": board.max_ram if board and max_ram is None else max_ram,
        "max_flash": board.max_flash if board and max_flash is None else max_flash,
    }


def boards_that_fit(*, ram_bytes: int, flash_bytes: int) -> list[Board]:
    """The boards on which a network fits; arguments as for `Board.fits`."""
    return [board for board in BOARDS.values() if board.fits(ram_bytes=ram_bytes, flash_bytes=flash_bytes)]


def fits_words(boards: list[Board]) -> str:
    """Boards as a table shows them: all, all but l432, h743 esp32s3, or a dash for none."""
    missing = [board.short for board in BOARDS.values() if board not in boards]
    if not boards:
        return "-"
    if len(missing) < len(boards):
        return f"all but {' '.join(missing)}" if missing else "all"
    return " ".join(board.short for board in boards)

"""`search.run` as a person starts it, on a folder of small images, to be killed, starved and cut off."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image

from tests.faults.outcome import environment

STUDY = "images-hybrid"
PATIENCE = 120  # seconds
_RESULT = re.compile(r"^.\s+(\d+)\s+\S+ [kMG]?FLOPs\s+([\d.]+) %\s+", re.MULTILINE)
_COMPLETE = re.compile(_RESULT.pattern + r"(?!.*after \d+ epoch)", re.MULTILINE)


def make_images(folder: Path, *, images: int = 240) -> Path:
    """A data set of handwritten digits as files, a folder a class."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    for index in range(images):
        place = folder / "images" / str(digits.target[index])
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray((digits.images[index] * 15).astype("uint8")).resize((16, 16)).save(place / f"{index}.png")
    return folder / "images"


def _hangs_up() -> None:
    """Tests that are run in the background ignore SIGHUP, and so would what they start."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class RealSearch:
    """One process of `search.run` and its workers, in a process group of its own.

    Args:
        folder: Where it runs; it holds `images/`.
        flags: Further flags.
        log: Where what it says goes; by default into the folder.
    """

    def __init__(self, folder: Path, *flags: str, log: Path | None = None) -> None:
        self._log = log or folder / "log.txt"
        arguments = ["--dataset", "images", "--epochs", "3", "--max-flops", "6M", "--workers", "2", *flags]
        with open(self._log, "a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "search.run", *arguments],
                cwd=folder,
                env=environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_hangs_up,
            )

    def workers(self) -> list[int]:
        """Pids of the processes that train; none once the search has ended."""
        found = []
        with contextlib.suppress(OSError):  # What ends meanwhile has no file any more.
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            for pid in map(int, children.split()):
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return found

    def kill(self, victim: str) -> None:
        """SIGKILL: of "a worker", "the search", or "everything"."""
        if victim == "a worker":
            os.kill(self.workers()[0], signal.SIGKILL)
        elif victim == "the search":
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGKILL)
        if victim != "a worker":
            self.process.wait(PATIENCE)

    def wait_for(self, sign, *, worker_timeout: float = PATIENCE) -> float:
        """Wait until `sign()` is true; returns the seconds that it took."""
        started = time.monotonic()
        while not sign():
            assert time.monotonic() - started < worker_timeout, self.said()
            assert self.process.poll() is None or sign(), self.said()
            time.sleep(0.05)
        return time.monotonic() - started

    def wait_for_progress(self, before: int) -> float:
        """Wait until it has told more than `before` to be complete, or has ended well; returns the seconds."""
        return self.wait_for(lambda: len(self.told()) > before or self.process.poll() == 0)

    def wait_for_results(self, before: int) -> float:
        """Wait until it has said more than `before` results; returns the seconds."""
        return self.wait_for(lambda: self.results() > before)

    def wait(self) -> int:
        """Its exit status."""
        return self.process.wait(PATIENCE)

    def said(self) -> str:
        """All that this search and those before it in the folder have said."""
        return self._log.read_text()

    def told(self) -> dict[int, float]:
        """Accuracy, 0 to 1, by trial, of those that it has said to be complete."""
        return {int(number): float(percent) / 100 for number, percent in _COMPLETE.findall(self.said())}

    def results(self) -> int:
        """How many results it has said, those at a rung on the way among them."""
        return len(_RESULT.findall(self.said()))

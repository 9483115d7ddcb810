"""`search.run` as a person starts it, on a folder of small images, to be killed and disturbed."""

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
LONGEST_WAIT = 120  # seconds
_RESULT = re.compile(r"^.\s+(\d+)\s+\S+ [kMG]?FLOPs\s+([\d.]+) %\s+", re.MULTILINE)
_COMPLETE = re.compile(_RESULT.pattern + r"(?!.*after \d+ epoch)", re.MULTILINE)


def make_images(folder: Path, *, images: int = 240) -> Path:
    """Handwritten digits as image files, a folder for each class."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    for index in range(images):
        place = folder / "images" / str(digits.target[index])
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray((digits.images[index] * 15).astype("uint8")).resize((16, 16)).save(place / f"{index}.png")
    return folder / "images"


def _heed_hangup() -> None:
    """Tests that run in the background ignore SIGHUP, and what they start would inherit that."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class RealSearch:
    """One process of `search.run` and its workers, in a process group of its own.

    Args:
        folder: The folder that it runs in; it holds `images/`.
        flags: Further flags.
        log: File for its output; by default in the folder.
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
                preexec_fn=_heed_hangup,
            )

    def workers(self) -> list[int]:
        """Pids of the processes that train; none once the search has ended."""
        pids = []
        with contextlib.suppress(OSError):  # A process that has ended meanwhile has no file any more.
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            for pid in map(int, children.split()):
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    pids.append(pid)
        return pids

    def kill(self, victim: str) -> None:
        """Send SIGKILL to "a worker", "the search", or "everything"."""
        if victim == "a worker":
            os.kill(self.workers()[0], signal.SIGKILL)
        elif victim == "the search":
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGKILL)
        if victim != "a worker":
            self.process.wait(LONGEST_WAIT)

    def wait_for(self, condition, *, timeout: float = LONGEST_WAIT) -> float:
        """Wait until `condition()` is true; returns the seconds that it took."""
        started = time.monotonic()
        while not condition():
            assert time.monotonic() - started < timeout, self.output()
            assert self.process.poll() is None or condition(), self.output()
            time.sleep(0.05)
        return time.monotonic() - started

    def wait_for_progress(self, before: int) -> float:
        """Wait until it has reported more than `before` complete trials, or has ended well; returns the seconds."""
        return self.wait_for(lambda: len(self.reported()) > before or self.process.poll() == 0)

    def wait_for_results(self, before: int) -> float:
        """Wait until it has reported more than `before` results; returns the seconds."""
        return self.wait_for(lambda: self.results() > before)

    def wait(self) -> int:
        """Wait for its end; returns the exit status."""
        return self.process.wait(LONGEST_WAIT)

    def output(self) -> str:
        """All that this search, and those before it in the folder, have printed."""
        return self._log.read_text()

    def reported(self) -> dict[int, float]:
        """Accuracy, 0 to 1, by number of the trial, of all trials that it has reported as complete."""
        return {int(number): float(percent) / 100 for number, percent in _COMPLETE.findall(self.output())}

    def results(self) -> int:
        """How many results it has reported, those at lower rungs among them."""
        return len(_RESULT.findall(self.output()))

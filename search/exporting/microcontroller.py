"""What an int8 file needs on a microcontroller, and what it gives there: measured on this computer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.devices import micro
from search.devices.c_source import int8_content
from search.devices.int8_file import int8_images
from search.devices.kernels import MICRO, outputs_by_kernels
from search.devices.tflite_schema import operators
from search.quantities import counted
from spaces.cost import Cost

FORMAT = "litert-int8"
INT8_FORMATS = (FORMAT, "c")
"""The formats of `FORMATS` that microcontrollers take: one file, as it is and as C."""

MULTIPLY_ADDS = 10e9
"""Of all images through one of the kernels: the slow ones take about a minute for them."""

FEWEST_IMAGES, MOST_MULTIPLY_ADDS = 1_000, 100e9
"""So many images are run at least, unless the network is so large that this takes many minutes."""


@dataclass(frozen=True)
class KernelResult:
    """What one kind of kernels gives for images of the test split.

    Attributes:
        kernels: Their name.
        test_accuracy: 0 to 1.
        other_outputs: Images on which any output differs from the reference's, bit for bit.
        other_classes: Images on which the predicted class differs from the reference's.
        unlike_float: Images on which the predicted class differs from that of the float network.
    """

    kernels: str
    test_accuracy: float
    other_outputs: int
    other_classes: int
    unlike_float: int


@dataclass(frozen=True)
class MicrocontrollerFigures:
    """An int8 file on a microcontroller.

    Attributes:
        file: Its name.
        operators: The operators that it uses, each once.
        flash_bytes: Its size.
        tensors_bytes, persistent_bytes: The arena that TensorFlow Lite Micro has recorded; None if it was not measured.
        arena_bytes: Both parts of it.
        predicted_ram_bytes: For tensors, by arithmetic; None where it is unknown.
        predicted_flash_bytes: The size of the file, by arithmetic; None where it is unknown.
        images: Images of the test split that all kernels have run.
        kernels: Their results. The last is what the others are compared with: TensorFlow Lite Micro if it is there.
        problems: Why other kernels could not run the file, by their name.
    """

    file: str
    operators: Sequence[str]
    flash_bytes: int
    tensors_bytes: int | None
    persistent_bytes: int | None
    arena_bytes: int | None
    predicted_ram_bytes: int | None
    predicted_flash_bytes: int | None
    images: int
    kernels: Sequence[KernelResult]
    problems: Mapping[str, str]

    def lines(self) -> Iterator[str]:
        """The figures in sentences."""
        flash = f"{self.flash_bytes:,} bytes of flash{_predicted(self.predicted_flash_bytes)}"
        if self.arena_bytes is None:
            yield f"{self.file} on a microcontroller: {flash}."
        else:
            yield (
                f"{self.file} on a microcontroller: {flash}. {MICRO} recorded an arena of {self.arena_bytes:,} bytes "
                f"of RAM: {self.tensors_bytes:,} for tensors{_predicted(self.predicted_ram_bytes)} and "
                f"{self.persistent_bytes:,} for persistent buffers."
            )
        if not micro.is_installed():
            yield f"{MICRO}, which measures its RAM, is not installed. {micro.how_to_install()}"
        for name, problem in self.problems.items():
            yield f"{name} can't run it: {problem.rstrip('.')}."
        yield f"Operators: {', '.join(self.operators)}."
        if self.kernels:
            yield from self._comparison()

    def _comparison(self) -> Iterator[str]:
        *others, base = self.kernels
        accuracies = ", ".join(f"{result.kernels} {100 * result.test_accuracy:.2f} %" for result in self.kernels)
        yield f"Accuracy by kernels, on {counted(self.images, 'image')} of the test split: {accuracies}."
        differing = [result for result in others if result.other_outputs]
        if others and not differing:
            yield "The outputs are the same for every image, bit for bit."
        for result in differing:
            yield (
                f"{result.kernels} gives other outputs than {base.kernels} on "
                f"{counted(result.other_outputs, 'image')}, and another class on {result.other_classes:,}."
            )
        if differing:
            yield f"A microcontroller with plain kernels shows what {base.kernels} gives."
        yield (
            f"{base.unlike_float:,} of {counted(self.images, 'prediction')} by {base.kernels} "
            f"{'differs' if self.images == 1 else 'differ'} from the float network's."
        )

    def metrics(self) -> dict[str, float]:
        """What was measured and, as `ram_bytes` and `flash_bytes`, predicted, by name. What is unknown is left out."""
        by_kernels = {f"test_accuracy/{FORMAT}/{result.kernels}": result.test_accuracy for result in self.kernels}
        differences = {f"other_classes/{FORMAT}/{result.kernels}": result.other_classes for result in self.kernels[:-1]}
        unlike_float = {f"unlike_float/{FORMAT}/{result.kernels}": result.unlike_float for result in self.kernels}
        memory = {
            "arena_bytes": self.arena_bytes,
            "arena_bytes/tensors": self.tensors_bytes,
            "arena_bytes/persistent": self.persistent_bytes,
            "ram_bytes": self.predicted_ram_bytes,
            "flash_bytes": self.predicted_flash_bytes,
            f"bytes/{FORMAT}": self.flash_bytes,
        }
        known = {name: value for name, value in memory.items() if value is not None}
        return by_kernels | differences | unlike_float | known


def measure(
    path: Path, *, cost: Cost, images: np.ndarray, labels: np.ndarray, expected: np.ndarray
) -> MicrocontrollerFigures:
    """Measure an int8 file.

    Args:
        path: The file, or the folder of C.
        cost: Of its network.
        images, labels: The test split of m images.
        expected: Classes that the float network predicts for them: array of shape (m,).
    """
    file = int8_content(path)
    chosen = sample(len(images), multiply_adds=cost.multiply_adds)
    outputs, problems = outputs_by_kernels(file, int8_images(images[chosen]))
    arena = micro.arena(file) if MICRO in outputs else None
    classes = {name: values.argmax(axis=-1) for name, values in outputs.items()}
    base = next(reversed(outputs), None)
    results = [
        KernelResult(
            name,
            test_accuracy=float(np.mean(classes[name] == labels[chosen])),
            other_outputs=int((values != outputs[base]).any(axis=-1).sum()),
            other_classes=int((classes[name] != classes[base]).sum()),
            unlike_float=int((classes[name] != expected[chosen]).sum()),
        )
        for name, values in outputs.items()
    ]
    return MicrocontrollerFigures(
        path.name,
        operators(file),
        flash_bytes=len(file),
        tensors_bytes=arena and arena.tensors,
        persistent_bytes=arena and arena.persistent,
        arena_bytes=arena and arena.total,
        predicted_ram_bytes=cost.ram_bytes,
        predicted_flash_bytes=cost.flash_bytes,
        images=len(chosen),
        kernels=results,
        problems=problems,
    )


def sample(count: int, *, multiply_adds: int, seed: int = 0) -> np.ndarray:
    """Indices of the images that all kernels run, in order: a random sample, or all if the network is small enough."""
    images = min(max(FEWEST_IMAGES, MULTIPLY_ADDS // multiply_adds), MOST_MULTIPLY_ADDS // multiply_adds + 1)
    return np.sort(np.random.default_rng(seed).permutation(count)[: int(images)])


def _predicted(value: int | None) -> str:
    return "" if value is None else f" (predicted {value:,})"

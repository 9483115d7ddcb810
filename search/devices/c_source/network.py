"""What a firmware must know about an int8 network, and the files that tell it."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.devices.c_source import texts
from search.devices.c_source.arena import ReservedArena, reserved_arena
from search.devices.c_source.operators import registrations
from search.devices.c_source.syntax import byte_lines, float_literal, string_literal
from search.devices.tflite_schema import operators

PIXELS = {1: "one grey value for each pixel", 3: "red, green and blue of each pixel"}
"""What a row holds, by the number of channels."""

LINE, INDENT = 100, "   "
MEASURED = "The first two were measured by TensorFlow Lite Micro on a 64-bit computer."
ESTIMATED = "The first two are estimates, since TensorFlow Lite Micro was not installed."


@dataclass(frozen=True)
class Quantisation:
    """A quantised number is scale * (integer - zero point)."""

    scale: float
    zero_point: int


@dataclass(frozen=True)
class FirmwareNetwork:
    """An int8 network with all that a firmware must know.

    Attributes:
        file: Content of its `.tflite` file.
        class_names: By output.
        input_shape: (height, width, channels).
        input, output: Their quantisation.
        operators: The method that registers each operator of the file, by its name there.
        arena: What to reserve.
    """

    file: bytes
    class_names: Sequence[str]
    input_shape: tuple[int, ...]
    input: Quantisation
    output: Quantisation
    operators: Mapping[str, str]
    arena: ReservedArena

    @classmethod
    def of(cls, file: bytes, class_names: Sequence[str]) -> "FirmwareNetwork":
        """The network in a file.

        Raises:
            ValueError: If TensorFlow Lite Micro lacks one of its operators.
        """
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(model_content=file)
        [image], [classes] = interpreter.get_input_details(), interpreter.get_output_details()
        return cls(
            file,
            class_names,
            tuple(int(length) for length in image["shape"][1:]),
            Quantisation(*image["quantization"]),
            Quantisation(*classes["quantization"]),
            registrations(operators(file)),
            reserved_arena(file),
        )

    def files(self) -> dict[str, str]:
        """The content of each file, by name."""
        height, width, channels = self.input_shape
        values = {
            "length": len(self.file),
            "data": "\n".join(byte_lines(self.file)),
            "height": height,
            "width": width,
            "channels": channels,
            "pixels": PIXELS.get(channels, f"{channels} values for each pixel"),
            "input_scale": float_literal(self.input.scale),
            "input_zero_point": self.input.zero_point,
            "output_scale": float_literal(self.output.scale),
            "output_zero_point": self.output.zero_point,
            "classes": len(self.class_names),
            "labels": "\n".join(f"  {string_literal(name)}," for name in self.class_names),
            "operators": textwrap.indent(textwrap.fill(f"{', '.join(self.operators)}.", LINE), INDENT),
            "operator_count": len(self.operators),
            "registrations": "\n".join(f"    (resolver).{method}(); \\" for method in self.operators.values()),
            "arena": self.arena.total,
            "tensors": self.arena.tensors,
            "persistent": self.arena.persistent,
            "planning": self.arena.planning,
            "scratch": self.arena.scratch,
            "origin": MEASURED if self.arena.measured else ESTIMATED,
        }
        return {name: text.substitute(values) for name, text in texts.FILES.items()}

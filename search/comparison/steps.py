"""The steps of a network: its layers that multiply, with the two halves of a separable convolution as one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from spaces.cost import Cost, LayerCost
from spaces.shapes import Shape

Stage = tuple[int, ...] | Literal["head"]
"""Where a step is: the size of the feature maps that it belongs to, or the head, after the last of them."""


@dataclass(frozen=True)
class Step:
    """A layer that multiplies, or a depthwise convolution together with the 1x1 convolution that reads it.

    Attributes:
        name: The Keras layer's.
        kind: Keras's class name; `SEPARABLE` for a depthwise and a 1x1 convolution.
        stage: Where it is.
        output_shape: Without the batch.
        multiply_adds, parameters: Of the layer or of both halves.
        is_counted: Whether a rule counts its multiply-adds.
        kernel_size: Side of a convolution's window; 0 for other layers, and for windows that are no squares or groups.
        input_channels: Of a convolution; 0 if they are not known.
        depth_multiplier: Of a separable convolution; 0 for other layers.
        half_multiply_adds, half_parameters: Of a separable convolution: depthwise, then pointwise.
    """

    name: str
    kind: str
    stage: Stage
    output_shape: Shape
    multiply_adds: int
    parameters: int
    is_counted: bool = True
    kernel_size: int = 0
    input_channels: int = 0
    depth_multiplier: int = 0
    half_multiply_adds: tuple[int, int] = (0, 0)
    half_parameters: tuple[int, int] = (0, 0)

    @property
    def positions(self) -> int:
        """Values of one output channel."""
        return math.prod(self.output_shape[:-1])

    @property
    def filters(self) -> int:
        """Output channels, or units."""
        return self.output_shape[-1]

    def words(self) -> str:
        """The step in a line, such as "Conv2D 3×3, 32 → 64"."""
        window = f" {self.kernel_size}×{self.kernel_size}" if self.kernel_size else ""
        channels = f"{self.input_channels} → {self.filters}" if self.input_channels else f"{self.filters} outputs"
        multiplier = f", multiplier {self.depth_multiplier}" if self.depth_multiplier > 1 else ""
        return f"{self.kind}{window}, {channels}{multiplier}"


SEPARABLE = "Separable"


def steps_of(cost: Cost) -> list[Step]:
    """The steps of a network in the order of execution. Layers without multiply-adds are left out."""
    rows = [row for row in cost.layers if row.multiply_adds or row.name in cost.unknown]
    stages = _stages(rows)
    steps, halves = [], set()
    for index, (row, stage) in enumerate(zip(rows, stages, strict=True)):
        pointwise = _pointwise(row, rows[index + 1 :])
        if row.name in halves:
            continue
        if pointwise is not None:
            halves.add(pointwise.name)
            steps.append(_pair(row, pointwise, stage))
        else:
            steps.append(_whole(row, stage, is_counted=row.name not in cost.unknown))
    return steps


def parameters_beside_steps(cost: Cost) -> dict[str, int]:
    """Parameters of the layers without multiply-adds, such as BatchNorm, by kind."""
    parameters: dict[str, int] = {}
    for row in cost.layers:
        if row.parameters and not row.multiply_adds and row.name not in cost.unknown:
            parameters[row.kind] = parameters.get(row.kind, 0) + row.parameters
    return parameters


def _stages(rows: Sequence[LayerCost]) -> list[Stage]:
    """The stage of each row. A vector between feature maps, as in squeeze-and-excite, belongs to those before it."""
    stages: list[Stage] = []
    last_map = max((index for index, row in enumerate(rows) if len(row.output_shape) > 1), default=-1)
    for index, row in enumerate(rows):
        if len(row.output_shape) > 1:
            stages.append(row.output_shape[:-1])
        else:
            stages.append(stages[-1] if stages and index < last_map else "head")
    return stages


def _pointwise(row: LayerCost, later_rows: Sequence[LayerCost]) -> LayerCost | None:
    """The 1x1 convolution that reads a depthwise one. Dense layers of squeeze-and-excite may be in between."""
    if row.kind != "DepthwiseConv2D" or not _square_window(row):
        return None
    later = next((other for other in later_rows if len(other.output_shape) > 1), None)
    if later is None or later.kind != "Conv2D":
        return None
    fits = (later.kernel_size, later.input_channels, later.output_shape[:-1]) == (
        1,
        row.output_shape[-1],
        row.output_shape[:-1],
    )
    return later if fits else None


def _pair(depthwise: LayerCost, pointwise: LayerCost, stage: Stage) -> Step:
    return Step(
        pointwise.name.removesuffix("/pointwise"),
        SEPARABLE,
        stage,
        pointwise.output_shape,
        depthwise.multiply_adds + pointwise.multiply_adds,
        depthwise.parameters + pointwise.parameters,
        kernel_size=depthwise.kernel_size,
        input_channels=depthwise.input_channels,
        depth_multiplier=depthwise.output_shape[-1] // depthwise.input_channels,
        half_multiply_adds=(depthwise.multiply_adds, pointwise.multiply_adds),
        half_parameters=(depthwise.parameters, pointwise.parameters),
    )


def _whole(row: LayerCost, stage: Stage, *, is_counted: bool) -> Step:
    step = Step(
        row.name,
        row.kind,
        stage,
        row.output_shape,
        row.multiply_adds,
        row.parameters,
        is_counted,
        _square_window(row),
        row.input_channels,
    )
    return _halved(step, row.kernel_size) if row.kind == "SeparableConv2D" and row.input_channels else step


def _square_window(row: LayerCost) -> int:
    """Side of the window if a convolution's multiply-adds are those of a square one over all its channels; else 0.

    A row has only the larger side of a window, and no groups.
    """
    products = {"Conv2D": row.input_channels, "DepthwiseConv2D": bool(row.input_channels)}.get(row.kind, 0)
    is_square = row.multiply_adds == math.prod(row.output_shape) * row.kernel_size**2 * products
    return row.kernel_size if is_square else 0


def _halved(step: Step, kernel_size: int) -> Step:
    """Keras's separable convolution as both halves; as it is if its window is not a square."""
    products = step.positions * step.input_channels * (kernel_size**2 + step.filters)
    multiplier, rest = divmod(step.multiply_adds, products)
    if rest:
        return step
    depthwise = kernel_size**2 * step.input_channels * multiplier
    multiply_adds = step.positions * depthwise
    return Step(
        **{
            **vars(step),
            "kind": SEPARABLE,
            "kernel_size": kernel_size,
            "depth_multiplier": multiplier,
            "half_multiply_adds": (multiply_adds, step.multiply_adds - multiply_adds),
            "half_parameters": (depthwise, step.parameters - depthwise),
        }
    )

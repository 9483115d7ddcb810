"""A drawing of what a standard and a separable convolution do: SVG that needs no other file.

Squares are channels. A line goes from a channel to one that is computed from it. What is filled in a square are the
pixels that one output value reads of this channel.
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.comparison.savings import Saving
from search.quantities import times_fewer

PANEL, HEIGHT, MARGIN = 500, 410, 16  # of the drawing of one convolution, in SVG's units
SIDE, GAP, MOST_SQUARES = 34, 14, 5
LEFT_OF_WORDS = MARGIN + MOST_SQUARES * (SIDE + GAP) + 8
TOP, MIDDLE, BOTTOM = 60, 170, 280  # of the rows of squares
TEXT, LINE_HEIGHT = 15, 20
INK, GREY, BLUE, ORANGE = "#222222", "#666666", "#0072B2", "#D55E00"


@dataclass(frozen=True)
class _Channels:
    """A row of squares.

    Attributes:
        count: Channels that the row stands for.
        shown: Squares that are drawn. If they are fewer, a gap with dots stands for the others.
        top: Of the squares.
        window: Side of the square of pixels that is read of each; 0 if nothing is read.
        color: Of these pixels.
    """

    count: int
    shown: int
    top: int
    window: int = 0
    color: str = BLUE

    @property
    def bottom(self) -> int:
        return self.top + SIDE

    def centers(self) -> list[float]:
        """Of each square, from left to right."""
        width = MOST_SQUARES * (SIDE + GAP) - GAP
        own_width = self.shown * (SIDE + GAP) - GAP
        first = MARGIN + (width - own_width) / 2 + SIDE / 2
        return [first + index * (SIDE + GAP) for index in range(self.shown)]


def drawing(saving: Saving) -> str:
    """Both convolutions side by side, as SVG."""
    panels = "".join(
        f'<g transform="translate({PANEL * index} 0)">{panel}</g>'
        for index, panel in enumerate((_standard(saving), _separable(saving)))
    )
    return _svg(panels, width=2 * PANEL, title="A standard and a separable convolution")


def two_drawings(saving: Saving) -> tuple[str, str]:
    """A drawing of each convolution, for a page that shows one below the other where it is narrow."""
    return (
        _svg(_standard(saving), width=PANEL, title="A standard convolution"),
        _svg(_separable(saving), width=PANEL, title="A separable convolution"),
    )


def _standard(saving: Saving) -> str:
    layer = saving.separable
    size, inputs, outputs = layer.kernel_size, layer.input_channels, layer.filters
    weights = size * size * inputs * outputs
    read = _Channels(inputs, min(inputs, MOST_SQUARES), TOP, size)
    written = _Channels(outputs, min(outputs, MOST_SQUARES), BOTTOM)
    product = f"{size} × {size} × {inputs:,} × {outputs:,}"
    parts = [
        _line_of_text(MARGIN, 32, "Standard convolution", weight="bold"),
        *_every_line(read, written),
        *_squares(read),
        *_squares(written),
        *_words_beside(read, [f"{inputs:,} input channels"]),
        *_words_between(read, written, [f"{size} × {size} of all channels:", product, f"= {weights:,} weights"]),
        *_words_beside(written, [f"{outputs:,} output channels"]),
        *_totals(saving, weights, parameters=saving.standard_parameters, multiply_adds=saving.standard_multiply_adds),
    ]
    return "".join(parts)


def _separable(saving: Saving) -> str:
    layer = saving.separable
    size, inputs, outputs, multiplier = layer.kernel_size, layer.input_channels, layer.filters, layer.depth_multiplier
    depthwise, pointwise = size * size * inputs * multiplier, inputs * multiplier * outputs
    inputs_shown = min(inputs, max(1, MOST_SQUARES // multiplier))
    read = _Channels(inputs, inputs_shown, TOP, size)
    between = _Channels(inputs * multiplier, min(MOST_SQUARES, inputs_shown * multiplier), MIDDLE, 1, ORANGE)
    written = _Channels(outputs, min(outputs, MOST_SQUARES), BOTTOM)
    twice = f" × {multiplier}" if multiplier > 1 else ""
    first = [f"1. {size} × {size} of each alone:", f"{size} × {size} × {inputs:,}{twice} = {depthwise:,}"]
    second = ["2. 1 × 1 of all channels:", f"{inputs * multiplier:,} × {outputs:,} = {pointwise:,}"]
    parts = [
        _line_of_text(MARGIN, 32, "Separable convolution", weight="bold"),
        *_own_lines(read, between),
        *_every_line(between, written),
        *_squares(read),
        *_squares(between),
        *_squares(written),
        *_words_beside(read, [f"{inputs:,} input channels"]),
        *_words_between(read, between, first),
        *_words_beside(between, [f"{between.count:,} channels"]),
        *_words_between(between, written, second),
        *_words_beside(written, [f"{outputs:,} output channels"]),
        *_totals(saving, depthwise + pointwise, parameters=layer.parameters, multiply_adds=layer.multiply_adds),
    ]
    return "".join(parts)


def _totals(saving: Saving, weights: int, *, parameters: int, multiply_adds: int) -> Iterator[str]:
    biases = f", with biases {parameters:,} parameters" if parameters > weights else ""
    size = " × ".join(map(str, saving.separable.output_shape[:-1]))
    lines = [
        f"{weights:,} weights{biases}",
        f"{size} positions × {weights:,} = {multiply_adds:,} multiply-adds",
    ]
    if multiply_adds != saving.standard_multiply_adds:
        fewer = times_fewer(multiply_adds, saving.standard_multiply_adds)
        lines.append(f"{saving.formula()} = {saving.formula_ratio:.3f} of them: {fewer}")
    for index, line in enumerate(lines):
        weight = "bold" if index == 2 else "normal"
        yield _line_of_text(MARGIN, BOTTOM + SIDE + 28 + index * LINE_HEIGHT, line, weight=weight)


def _squares(channels: _Channels) -> Iterator[str]:
    for center in channels.centers():
        left = center - SIDE / 2
        yield f'<rect x="{left:g}" y="{channels.top}" width="{SIDE}" height="{SIDE}" fill="white" stroke="{INK}"/>'
        pixel = SIDE / max(channels.window + 2, 5)
        start = (SIDE - channels.window * pixel) / 2
        for index in range(channels.window**2):
            row, column = divmod(index, channels.window)
            yield (
                f'<rect x="{left + start + column * pixel:.1f}" y="{channels.top + start + row * pixel:.1f}" '
                f'width="{pixel - 1:.1f}" height="{pixel - 1:.1f}" fill="{channels.color}"/>'
            )
    if channels.count > channels.shown > 1:
        *_, before, last = channels.centers()
        yield _line_of_text((before + last) / 2 - TEXT / 3, channels.top + SIDE / 2 + 4, "…")


def _every_line(above: _Channels, below: _Channels) -> Iterator[str]:
    """From every channel to every channel."""
    return (_line(x1, above, x2, below) for x1 in above.centers() for x2 in below.centers())


def _own_lines(above: _Channels, below: _Channels) -> Iterator[str]:
    """From each channel to those that are computed from it alone."""
    each = below.shown // above.shown
    return (_line(above.centers()[index // each], above, x2, below) for index, x2 in enumerate(below.centers()))


def _line(x1: float, above: _Channels, x2: float, below: _Channels) -> str:
    ends = f'x1="{x1:g}" y1="{above.bottom}" x2="{x2:g}" y2="{below.top}"'
    return f'<line {ends} stroke="{above.color}" stroke-opacity=".55"/>'


def _words_beside(channels: _Channels, lines: Sequence[str]) -> Iterator[str]:
    return _lines_of_text(channels.top + SIDE / 2, lines, color=GREY)


def _words_between(above: _Channels, below: _Channels, lines: Sequence[str]) -> Iterator[str]:
    return _lines_of_text((above.bottom + below.top) / 2, lines, color=above.color)


def _lines_of_text(middle: float, lines: Sequence[str], *, color: str) -> Iterator[str]:
    first = middle + TEXT / 3 - LINE_HEIGHT * (len(lines) - 1) / 2
    return (
        _line_of_text(LEFT_OF_WORDS, first + LINE_HEIGHT * index, line, color=color) for index, line in enumerate(lines)
    )


def _line_of_text(x: float, y: float, words: str, *, color: str = INK, weight: str = "normal") -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{color}" font-weight="{weight}">{html.escape(words)}</text>'


def _svg(content: str, *, width: int, title: str) -> str:
    # White behind all: the page or the notebook around it may be dark.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        f'style="max-width: 100%; height: auto" role="img" font-family="system-ui, sans-serif" font-size="{TEXT}">'
        f'<title>{title}</title><rect width="{width}" height="{HEIGHT}" fill="white"/>{content}</svg>'
    )

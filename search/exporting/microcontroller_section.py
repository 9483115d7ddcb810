"""The part of an export's report that tells what the int8 file is worth on a microcontroller."""

from search.exporting.html_parts import table, text
from search.exporting.microcontroller import MicrocontrollerFigures

INT8_INPUT = "one image at a time, pixel - 128; it gives 256 times the probability, minus 128"
"""What the file takes and gives."""

_NOTE = (
    "<p class='note'>Other outputs and other classes: the number of images for which the file gives other values, or "
    "predicts another class, than with the kernels in the last line. Unlike the float network: the number of images "
    "for which it predicts another class than the trained network. The arena is as recorded on this computer, whose "
    "pointers have 64 bits: a 32-bit board needs less for persistent buffers. Kernels made for one processor, such as "
    "CMSIS-NN, may need more.</p>"
)


def figures_html(figures: MicrocontrollerFigures) -> str:
    """The figures as sentences and a table."""
    columns = ("Kernels", "Test accuracy %", "Other outputs", "Other classes", "Unlike the float network")
    rows = [
        [
            result.kernels,
            f"{100 * result.test_accuracy:.2f}",
            f"{result.other_outputs:,}",
            f"{result.other_classes:,}",
            f"{result.unlike_float:,}",
        ]
        for result in figures.kernels
    ]
    sentences = "".join(f"<p>{text(line)}</p>" for line in figures.lines())
    return sentences + (table(columns, rows) if rows else "") + _NOTE

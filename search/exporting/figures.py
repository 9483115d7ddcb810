"""Pictures of trainings and of confusion matrices, as PNG."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlflow_runs.figures import drawable
from mlflow_runs.safe_text import one_line, shortened

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F7F7F")
"""The palette of Okabe and Ito, which is safe for colour blindness. After the last colour the first is used again."""

DOTS_PER_INCH = 110
MOST_LABELS = 25  # Classes up to which each has its name at the axes.
MOST_CELLS = 1_000  # In a row of about as many dots. Of more classes, neighbours share a cell.
NAME_LENGTH = 24


def curves_png(histories: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """Accuracy and loss by epoch, side by side: dashed lines for training, solid lines for validation.

    Args:
        histories: Epochs by the name of the network; each epoch has the fields of `EpochResult`.
    """
    figure, (left, right) = new_figure(11, 4.4, columns=2)
    for index, epochs in enumerate(histories.values()):
        numbers = [epoch["number"] for epoch in epochs]
        color = COLORS[index % len(COLORS)]
        for axes, training, validation, scale in (
            (left, "training_accuracy", "accuracy", 100),
            (right, "loss", "validation_loss", 1),
        ):
            style = {"color": color, "linewidth": 1.8, "marker": "o" if len(epochs) == 1 else None}
            axes.plot(numbers, [scale * epoch[validation] for epoch in epochs], label=str(index), **style)
            axes.plot(numbers, [scale * epoch[training] for epoch in epochs], alpha=0.6, linestyle="--", **style)
    for axes, title in ((left, "Accuracy (%)"), (right, "Loss")):
        axes.set_title(title, loc="left")
        axes.set_xlabel("Epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(True, color="#DDDDDD", linewidth=0.8)
        axes.spines[["top", "right"]].set_visible(False)
    legend = left.legend(loc="best", title="validation; dashed: training", fontsize=9, title_fontsize=9)
    # Matplotlib leaves out labels that begin with an underscore, so that the names are set afterwards.
    for text, name in zip(legend.get_texts(), histories, strict=True):
        text.set(parse_math=False, text=_label(name))
    return png(figure)


def confusion_png(labels: np.ndarray, predictions: np.ndarray, class_names: Sequence[str]) -> bytes:
    """The confusion matrix: how many images of each class were predicted to be of which.

    Args:
        labels: Integer array of shape (n,).
        predictions: Integer array of shape (n,).
        class_names: By label.
    """
    count = len(class_names)
    cell = np.arange(count) * min(count, MOST_CELLS) // count
    table = np.zeros((cell[-1] + 1, cell[-1] + 1), int)
    np.add.at(table, (cell[labels], cell[predictions]), 1)
    side = min(10.0, 3.2 + 0.42 * count)
    figure, axes = new_figure(side, side)
    axes.imshow(table / np.maximum(table.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    if count <= MOST_LABELS:
        names = [_label(name) for name in class_names]
        axes.set_xticks(range(count), names, rotation=45, ha="right", parse_math=False)
        axes.set_yticks(range(count), names, parse_math=False)
        for (row, column), number in np.ndenumerate(table):
            share = number / max(table[row].sum(), 1)
            axes.text(column, row, number or "", ha="center", va="center", fontsize=8, color=_text_color(share))
    axes.set(xlabel="predicted class", ylabel="true class")
    return png(figure)


def _label(name: str) -> str:
    return drawable(shortened(one_line(name), length=NAME_LENGTH))


def _text_color(share: float) -> str:
    return "white" if share > 0.5 else "black"


def new_figure(width: float, height: float, *, columns: int = 1):
    """A Matplotlib figure and its axes, without touching the state of pyplot; sizes are in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(1, columns)


def png(figure) -> bytes:
    """The figure as a PNG."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()

"""The importance of each choice as a picture."""

from collections.abc import Sequence

from mlflow_runs.figures import drawable
from mlflow_runs.runs.importance import ChoiceImportance
from mlflow_runs.safe_text import one_line
from search.exporting.figures import COLORS, new_figure, png

MOST_CHOICES = 15


def importance_png(importances: Sequence[ChoiceImportance]) -> bytes:
    """The most important choices as bars, as PNG.

    Args:
        importances: One or more, the largest first.
    """
    choices = importances[:MOST_CHOICES][::-1]
    rows = range(len(choices))
    figure, axes = new_figure(9, 0.8 + 0.42 * len(choices))
    for name, offset, color, shares in (
        ("accuracy", 0.2, COLORS[0], [choice.accuracy or 0.0 for choice in choices]),
        ("FLOPs", -0.2, COLORS[1], [choice.cost or 0.0 for choice in choices]),
    ):
        axes.barh([row + offset for row in rows], shares, height=0.38, color=color, label=name)
    names = [" = ".join((choice.name, *choice.confounded)) for choice in choices]
    axes.set_yticks(rows, [drawable(one_line(name)) for name in names], parse_math=False)
    axes.set_xlabel(f"Share of the differences that a choice explains, from {choices[0].trials} networks")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right")
    return png(figure)
